import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Manifest {
  name: string;
  version: string;
  license?: string;
  scripts?: Record<string, string>;
  gypfile?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface InstalledPackage {
  folder: string;
  manifest: Manifest;
}

/** These packages and all that they bring along, as installed in a project; frameworks are peers and no part of it. */
export function broughtAlong(project: string, names: readonly string[]): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (name: string, from: string): void => {
    const folder = find(name, from);
    if (folder === null) throw new Error(`${name}, which ${from} depends on, is not installed`);
    if (found.has(folder)) return;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    found.set(folder, { folder, manifest });
    for (const each of Object.keys(manifest.dependencies ?? {})) visit(each, folder);
    for (const each of Object.keys(manifest.optionalDependencies ?? {})) {
      if (find(each, folder) !== null) visit(each, folder);
    }
  };
  for (const name of names) visit(name, project);
  return [...found.values()];
}

/** Paths of all files of an installed package, without packages nested in it. */
export function filesOf({ folder }: InstalledPackage): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.split('/').includes('node_modules'),
  );
}

/** Looks upwards, as Node does. */
function find(name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
    if (at === dirname(at)) return null;
  }
}
