import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel } from '../rig/in-parallel.js';
import { compileConsumer, KINDS } from './compile-consumer.js';
import { broughtAlong, filesOf, type InstalledPackage } from './installed-tree.js';
import { installProject, type Manager, packPackages, publishedNames } from './projects.js';
import { run } from './run-command.js';
import { type Generation, VERSIONS } from './versions.js';

const SHORT_FORM = fileURLToPath(new URL('./short-form/main.ts', import.meta.url));
const NODE_22 = fileURLToPath(new URL('../node-22/node_modules/node/bin/node', import.meta.url));
const CASES_OF_THE_SHORT_FORM = 12;

interface Setup {
  manager: Manager;
  generation: Generation;
}

const PROJECTS: readonly Setup[] = [
  { manager: 'npm', generation: 'newest' },
  { manager: 'pnpm', generation: 'newest' },
  { manager: 'pnpm', generation: 'lowest' },
  { manager: 'pnpm', generation: 'newest of the older major' },
  { manager: 'pnpm', generation: 'lowest of the newer major' },
];
const INSTALL_MS = 900_000;
const RUN_MS = 240_000;

const PUBLISHED = publishedNames();
const installed = new Map<Setup, Promise<string>>();
let root: string;

/** Folder of an installed project; rejects with the reason when it could not be installed. */
function projectOf(setup: Setup): Promise<string> {
  return installed.get(setup) as Promise<string>;
}

/** A project of that generation, whichever manager installed it. */
function anyProject(generation: Generation): Promise<string> {
  return projectOf(PROJECTS.find((each) => each.generation === generation) as Setup);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'helicone-test-'));
  const tarballs = await packPackages(join(root, 'tarballs'));
  expect(Object.keys(tarballs).sort()).toEqual([...PUBLISHED].sort());
  await inParallel(PROJECTS, 2, async (setup) => {
    const folder = join(root, `${setup.manager} ${setup.generation}`.replaceAll(' ', '-'));
    const project = installProject(folder, { ...setup, tarballs });
    installed.set(setup, project);
    // The tests that need it fail; others do not.
    await project.catch(() => {});
  });
}, INSTALL_MS);

afterAll(() => rm(root, { recursive: true, force: true }), INSTALL_MS);

async function ours(name: string): Promise<InstalledPackage> {
  const [found] = broughtAlong(await anyProject('newest'), [name]);
  return found as InstalledPackage;
}

describe.each(PUBLISHED)('%s as it is published', (name) => {
  test('consists of sources, what is compiled of them, a README and the licence', async () => {
    const published = await ours(name);
    const files = filesOf(published);
    const rest = files.filter((path) => !/^(dist|src)(\/|$)/.test(path));
    expect(rest.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((path) => /test|\.tsbuildinfo|\.log$|\.db$/.test(path))).toEqual([]);
    expect(readFileSync(join(published.folder, 'README.md'), 'utf8')).toContain(`npm install ${name}`);
    expect(readFileSync(join(published.folder, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(published.manifest.license).toBe('Apache-2.0');
  });

  test('has no large files, nothing whose source is gone, and maps that lead to their sources', async () => {
    const published = await ours(name);
    for (const path of filesOf(published)) {
      const full = join(published.folder, path);
      expect(statSync(full).size, path).toBeLessThan(64 * 1024);
      const compiled = /^dist\/(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(path);
      if (compiled !== null) expect(existsSync(join(published.folder, 'src', `${compiled[1]}.ts`)), path).toBe(true);
      if (!path.endsWith('.map')) continue;
      const { sources } = JSON.parse(readFileSync(full, 'utf8')) as { sources: string[] };
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) expect(existsSync(join(dirname(full), source)), `${path}: ${source}`).toBe(true);
    }
  });

  test('asks for versions, not for the workspace, and runs no script', async () => {
    const { manifest } = await ours(name);
    expect(JSON.stringify(manifest)).not.toContain('workspace:');
    expect(manifest.scripts).toBeUndefined();
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
      if (dependency.startsWith('@helicone-proxy/')) expect(range).toBe(`^${manifest.version}`);
    }
  });

  test('brings nothing along that runs on installing, or is native', async () => {
    for (const each of broughtAlong(await anyProject('newest'), [name])) {
      const { scripts = {}, gypfile } = each.manifest;
      const onInstall = ['preinstall', 'install', 'postinstall'].filter((script) => script in scripts);
      const native = filesOf(each).filter((path) => /\.node$|(^|\/)binding\.gyp$/.test(path));
      expect({ onInstall, native, gypfile }, each.manifest.name).toEqual({ onInstall: [], native: [] });
    }
  });
});

test('the table of versions stands at the ends of the declared ranges', async () => {
  const rangeOf = async (name: string) => (await ours(`@helicone-proxy/${name}`)).manifest.peerDependencies;
  const { lowest, 'lowest of the newer major': newer } = VERSIONS;
  expect(await rangeOf('express')).toEqual({ express: `^${lowest.express} || ^${newer.express}` });
  expect(await rangeOf('koa')).toEqual({ koa: `^${lowest.koa} || ^${newer.koa}` });
  expect(await rangeOf('fastify')).toEqual({ fastify: `^${lowest.fastify}` });
  const nest = `^${lowest.nest} || ^${newer.nest}`;
  expect(await rangeOf('nestjs')).toEqual({ '@nestjs/common': nest, '@nestjs/core': nest });
});

/** `@types/koa` takes what npm hoists for another package's types; Nest 12 has types of a package that it does not depend on. */
const COMPLAINTS_OF_OTHERS = [
  /node_modules\/@types\/koa\/index\.d\.ts.*TS2694/,
  /node_modules\/@nestjs\/core\/.*TS2307/,
];

const compiled = new Map<Setup, Promise<string[]>>();

/** Compiles the application in a project once; resolves the compiler's complaints. */
function complaintsIn(setup: Setup): Promise<string[]> {
  const complaints = compiled.get(setup) ?? projectOf(setup).then((project) => compileConsumer(project, PUBLISHED));
  compiled.set(setup, complaints);
  return complaints;
}

describe.concurrent('an empty project', () => {
  test.each(PROJECTS)(
    '$manager, $generation: an application and the examples of the READMEs compile, strictly, with all declarations checked',
    async (setup) => {
      const complaints = await complaintsIn(setup);
      expect(complaints.filter((line) => !COMPLAINTS_OF_OTHERS.some((known) => known.test(line)))).toEqual([]);
    },
    RUN_MS,
  );

  test.each(PROJECTS.filter(({ generation }) => generation === 'newest'))(
    '$manager, $generation: the application runs as ES modules and as CommonJS, without a word',
    async (setup) => {
      await complaintsIn(setup);
      const project = await projectOf(setup);
      const required = readFileSync(join(project, 'cjs/app.js'), 'utf8');
      for (const name of PUBLISHED.filter((each) => !/core|api/.test(each))) {
        expect(required).toContain(`require("${name}")`);
      }
      for (const folder of Object.keys(KINDS)) {
        const ended = await run(process.execPath, ['app.js'], { cwd: join(project, folder), timeoutMs: RUN_MS });
        expect(ended, folder).toEqual({ code: 0, stdout: '', stderr: '' });
      }
    },
    RUN_MS,
  );
});

type Framework = 'node:http' | 'express' | 'koa' | 'fastify' | 'nest-express' | 'nest-fastify';
type Run = readonly [Framework, Generation];

const ALL: readonly Generation[] = Object.keys(VERSIONS) as Generation[];
const ENDS: readonly Generation[] = ['lowest', 'newest'];
const over = (framework: Framework, generations: readonly Generation[]): Run[] =>
  generations.map((generation) => [framework, generation]);

const ON_24: readonly Run[] = [
  ...over('node:http', ['newest']),
  ...over('express', ALL),
  ...over('koa', ALL),
  ...over('fastify', ENDS),
  ...over('nest-express', ALL),
  ...over('nest-fastify', ALL),
];
const ON_22: readonly Run[] = [
  ...over('node:http', ['newest']),
  ...over('express', ENDS),
  ...(['koa', 'fastify', 'nest-express', 'nest-fastify'] as const).flatMap((each) => over(each, ['newest'])),
];

interface Form {
  generation: Generation;
  framework: Framework;
  hostFetch: 'plain' | 'mocked';
}

async function expectShortForm(node: string, { generation, framework, hostFetch }: Form): Promise<void> {
  const args = [SHORT_FORM, await anyProject(generation), framework, hostFetch];
  const { code, stdout, stderr } = await run(node, args, { cwd: '/', timeoutMs: RUN_MS });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const results = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; error: string | null });
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
  expect(results).toHaveLength(CASES_OF_THE_SHORT_FORM);
}

describe.concurrent('short form of the conformance suite', () => {
  test('Node 22 is Node 22', async () => {
    const { stdout } = await run(NODE_22, ['--version'], { cwd: '/', timeoutMs: RUN_MS });
    expect(stdout).toMatch(/^v22\.\d+\.\d+\n$/);
  });

  test.each(ON_24)(
    'this Node, %s, %s',
    (framework, generation) => expectShortForm(process.execPath, { generation, framework, hostFetch: 'mocked' }),
    RUN_MS,
  );

  test.each(ON_22)(
    'Node 22, %s, %s, a host with a dispatcher of its own',
    (framework, generation) => expectShortForm(NODE_22, { generation, framework, hostFetch: 'mocked' }),
    RUN_MS,
  );

  test.each([
    ['this Node', process.execPath],
    ['Node 22', NODE_22],
  ] as const)(
    '%s, a host that uses fetch as Node has it',
    (_name, node) => expectShortForm(node, { generation: 'newest', framework: 'node:http', hostFetch: 'plain' }),
    RUN_MS,
  );
});
