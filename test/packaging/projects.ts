import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runManager } from './run-command.js';
import { dependenciesOf, type Generation } from './versions.js';

export type Manager = 'npm' | 'pnpm';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PNPM = ['-y', 'pnpm@12'];

/** Paths of packed packages, by name. */
export type Tarballs = Readonly<Record<string, string>>;

/**
 * Packs every package as it would be published. With pnpm: npm's pack leaves `workspace:` in the dependencies, and the licence
 * of the repository out.
 */
export async function packPackages(folder: string): Promise<Tarballs> {
  mkdirSync(folder, { recursive: true });
  const filters = publishedNames().flatMap((name) => ['--filter', name]);
  await runManager('npx', [...PNPM, '--recursive', ...filters, 'pack', '--pack-destination', folder], ROOT);
  const nameOf = (file: string): string => `@helicone-proxy/${/^helicone-proxy-(.+)-\d/.exec(file)?.[1]}`;
  return Object.fromEntries(readdirSync(folder).map((file) => [nameOf(file), join(folder, file)]));
}

/** Names of the packages that are not private. */
export function publishedNames(): string[] {
  const packages = join(ROOT, 'packages');
  return readdirSync(packages)
    .map((each) => JSON.parse(readFileSync(join(packages, each, 'package.json'), 'utf8')))
    .filter((manifest: { private?: boolean }) => manifest.private !== true)
    .map(({ name }: { name: string }) => name);
}

/** An empty project into which a package manager installs the tarballs and a generation of frameworks; resolves its folder. */
export async function installProject(
  folder: string,
  { manager, generation, tarballs }: { manager: Manager; generation: Generation; tarballs: Tarballs },
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const files = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]));
  writeJson(join(folder, 'package.json'), {
    private: true,
    dependencies: { ...files, ...dependenciesOf(generation) },
  });
  if (manager === 'npm') {
    await runManager('npm', ['install', '--strict-peer-deps', '--prefer-offline', '--no-audit', '--no-fund'], folder);
    return folder;
  }
  // Not published yet, the packages find each other by the overrides. Without hoisting, none sees what it does not declare.
  writeJson(join(folder, 'pnpm-workspace.yaml'), {
    strictPeerDependencies: true,
    hoist: false,
    overrides: files,
    // Nest 11.0.0 has a script that asks for donations.
    allowBuilds: { '@nestjs/core': false },
  });
  await runManager('npx', [...PNPM, 'install', '--no-frozen-lockfile', '--prefer-offline'], folder);
  return folder;
}

/** YAML reads JSON, too. */
function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
