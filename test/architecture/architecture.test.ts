// DESIGN.md's fence: who may import whom. Each rule is a test that names the file that breaks it.
import { isBuiltin } from 'node:module';
import { describe, expect, test } from 'vitest';
import {
  type Import,
  type Package,
  parseSource,
  readPackages,
  resolveInside,
  type SourceFile,
} from './source-files.js';

const packages = readPackages();
const files = packages.flatMap((each) => each.files);
const core = filesOf('core');

/** Arrows of the picture in DESIGN.md: packages of ours that a package may import, by folder. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  api: ['core'],
  dashboard: [],
  node: ['core', 'api', 'dashboard'],
  express: ['node'],
  koa: ['node'],
  fastify: ['node'],
  nestjs: ['node'],
  cli: ['node'],
  postgres: ['core'],
  clickhouse: ['core'],
  logger: [],
  testkit: ['core'],
};

/** Packages that know one framework, and what that framework consists of. */
const FRAMEWORK: Record<string, readonly string[]> = {
  express: ['express'],
  koa: ['koa'],
  fastify: ['fastify', 'fastify-plugin'],
  nestjs: ['@nestjs/common', '@nestjs/core'],
};

/** Modules that touch files, sockets or threads. */
const INPUT_OUTPUT = new Set(
  ['fs', 'fs/promises', 'net', 'tls', 'dns', 'dns/promises', 'dgram', 'http', 'http2', 'https', 'sqlite']
    .concat('child_process', 'worker_threads', 'cluster', 'timers', 'timers/promises')
    .flatMap((name) => [name, `node:${name}`])
    .concat('undici'),
);

const HTTP = new Set(['http', 'https', 'http2'].flatMap((name) => [name, `node:${name}`]));

function filesOf(folder: string): SourceFile[] {
  return files.filter((file) => file.package === folder);
}

function isAdapter({ folder }: Pick<Package, 'folder'>): boolean {
  return folder in FRAMEWORK;
}

/** `@scope/name` or `name` of a bare import; null for relative ones and Node's own modules. */
function packageName({ specifier }: Import): string | null {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return null;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `file -> what it imports`, for the imports that `isWrong` points at. */
function offences(among: readonly SourceFile[], isWrong: (imported: Import, file: SourceFile) => boolean): string[] {
  return among.flatMap((file) =>
    file.imports.filter((each) => isWrong(each, file)).map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
}

describe('the parser behind these rules', () => {
  test('sees every form of import, and none in comments and strings', () => {
    const { imports, names } = parseSource(`
      /** import { no } from 'comment' */
      import type { A } from './a.js';
      import b, { type C } from 'c';
      import { type D } from 'd';
      export type { E } from 'e';
      export * from 'f';
      import 'g';
      const h = import('h'); type I = typeof import('i'); const j = require('j'); process.getBuiltinModule('k');
      const text = "import 'no'; process.exit"; // console.log(process.argv)
      process['env'].X; console.log(1);`);
    expect(imports.map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`).sort()).toEqual(
      ['./a.js type', 'c', 'd type', 'e type', 'f', 'g', 'h', 'i type', 'j', 'k'].sort(),
    );
    expect([...names]).toEqual(expect.arrayContaining(['console', 'console.log', 'process.env']));
    expect(names).not.toContain('process.exit');
    expect(names).not.toContain('process.argv');
  });

  test('reads the sources of every package', () => {
    for (const { name, files } of packages) expect(files.length, name).toBeGreaterThan(0);
    expect(core.length).toBeGreaterThan(50);
  });
});

describe('packages', () => {
  test('each has a place in the picture of DESIGN.md', () => {
    expect(packages.map(({ folder }) => folder).filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  test.each(packages)('$name imports only packages of ours that it stands on', ({ folder, name: own }) => {
    const allowed = (MAY_IMPORT[folder] ?? []).map((each) => `@helicone-proxy/${each}`);
    const wrong = offences(filesOf(folder), (imported) => {
      const name = packageName(imported);
      return name?.startsWith('@helicone-proxy/') === true && (name === own || !allowed.includes(name));
    });
    expect(wrong).toEqual([]);
  });

  test.each(packages.filter(isAdapter))('$name knows node and its framework, nothing else', ({ folder }) => {
    const allowed = ['@helicone-proxy/node', ...(FRAMEWORK[folder] as readonly string[])];
    const wrong = offences(filesOf(folder), (imported) => {
      const name = packageName(imported);
      return name === null ? isBuiltin(imported.specifier) && !imported.typeOnly : !allowed.includes(name);
    });
    expect(wrong).toEqual([]);
  });

  test('testkit uses only types of core, so that it can judge any build of it', () => {
    const wrong = offences(
      filesOf('testkit'),
      (each) => each.specifier.startsWith('@helicone-proxy/') && !each.typeOnly,
    );
    expect(wrong).toEqual([]);
  });

  test('none reaches into another one: bare names only, and no relative path out of its own src', () => {
    const wrong = offences(files, (imported, file) => {
      if (imported.specifier.startsWith('@helicone-proxy/')) return imported.specifier !== packageName(imported);
      return resolveInside(file, imported.specifier)?.startsWith('..') === true || imported.specifier.startsWith('/');
    });
    expect(wrong).toEqual([]);
  });

  test.each(packages)('$name declares everything that it imports', ({ folder, declared }) => {
    const wrong = offences(filesOf(folder), (imported) => {
      const name = packageName(imported);
      // Types of a framework come with the package that the peer dependency names.
      return name !== null && !declared.has(name);
    });
    expect(wrong).toEqual([]);
  });

  test('every relative import leads to a file', () => {
    const known = new Set(files.map((file) => `${file.package}/${file.inside}`));
    const wrong = offences(files, (imported, file) => {
      const target = resolveInside(file, imported.specifier);
      return target !== null && !known.has(`${file.package}/${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('no import is computed', () => {
    expect(offences(files, ({ specifier }) => specifier === '<computed>')).toEqual([]);
  });
});

describe('node:http', () => {
  // The logger is no door: it needs a client whose sockets keep no process alive.
  const published = packages.filter((each) => !each.private && each.folder !== 'logger');

  test('only packages/node serves with it', () => {
    const others = published.filter(({ folder }) => folder !== 'node').flatMap((each) => each.files);
    expect(offences(others, (each) => HTTP.has(each.specifier) && !each.typeOnly)).toEqual([]);
  });

  test('besides node, only adapters know its types', () => {
    const others = published.filter((each) => each.folder !== 'node' && !isAdapter(each)).flatMap((each) => each.files);
    expect(offences(others, (each) => HTTP.has(each.specifier))).toEqual([]);
  });
});

describe('inside core', () => {
  test('no stage imports another stage', () => {
    const stages = core.filter((file) => file.inside.startsWith('stages/'));
    expect(stages.length).toBeGreaterThan(3);
    const wrong = offences(stages, (imported, file) => {
      return resolveInside(file, imported.specifier)?.startsWith('stages/') === true;
    });
    expect(wrong).toEqual([]);
  });

  test('policy/ imports no module that does I/O', () => {
    const policy = core.filter((file) => file.inside.startsWith('policy/'));
    expect(policy.length).toBeGreaterThan(3);
    expect(offences(policy, ({ specifier }) => INPUT_OUTPUT.has(specifier))).toEqual([]);
  });

  test('policy/ reaches no I/O through other files either', () => {
    const wrong = core
      .filter((file) => file.inside.startsWith('policy/'))
      .flatMap((file) =>
        reached(file).flatMap(({ file: last, way }) => ioOf(last).map((io) => [...way, io].join(' -> '))),
      );
    expect(wrong).toEqual([]);
  });

  test('contract.ts imports only types', () => {
    const contract = core.filter((file) => file.inside === 'contract.ts');
    expect(contract).toHaveLength(1);
    expect(offences(contract, ({ typeOnly }) => !typeOnly)).toEqual([]);
  });

  test('only what stands around the stages imports them', () => {
    const wrong = offences(core, (imported, file) => {
      const target = resolveInside(file, imported.specifier);
      return target?.startsWith('stages/') === true && file.inside !== 'engine.ts';
    });
    expect(wrong).toEqual([]);
  });

  test('only the records worker estimates tokens', () => {
    const outside = core.filter((file) => !/^(?:estimate|records\/worker)\//.test(file.inside));
    expect(outside.length).toBeLessThan(core.length);
    const wrong = offences(outside, (imported, file) => {
      const target = resolveInside(file, imported.specifier);
      return target?.startsWith('estimate/') === true || packageName(imported) === 'js-tiktoken';
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['process.env', 'options come from whoever makes the engine'],
    ['process.on', 'no process-wide handler'],
    ['process.once', 'no process-wide handler'],
    ['process.addListener', 'no process-wide handler'],
    ['process.exit', 'the process is the host’s'],
    ['process.stdout', 'nothing is printed'],
    ['process.stderr', 'nothing is printed'],
    ['console', 'nothing is printed'],
    ['setGlobalDispatcher', 'the host’s fetch is its own'],
  ])('no file says %s: %s', (name) => {
    expect(core.filter((file) => file.names.has(name)).map((file) => file.path)).toEqual([]);
  });
});

interface Reached {
  file: SourceFile;
  /** Files from the first one to this one. */
  way: string[];
}

/** All files that come with a file when the program runs. */
function reached(start: SourceFile): Reached[] {
  const seen = new Map<string, Reached>([[start.inside, { file: start, way: [start.inside] }]]);
  // A Map is walked in the order of insertion, and what is added on the way is walked too.
  for (const { file, way } of seen.values()) {
    for (const { specifier, typeOnly } of file.imports) {
      const inside = typeOnly ? null : resolveInside(file, specifier);
      const next = core.find((each) => each.inside === inside);
      if (next !== undefined && !seen.has(next.inside))
        seen.set(next.inside, { file: next, way: [...way, next.inside] });
    }
  }
  return [...seen.values()];
}

function ioOf({ imports }: SourceFile): string[] {
  return imports.filter((each) => !each.typeOnly && INPUT_OUTPUT.has(each.specifier)).map(({ specifier }) => specifier);
}
