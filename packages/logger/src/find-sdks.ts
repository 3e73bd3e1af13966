import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SdkName } from './endpoints.js';
import { isRecord } from './is-record.js';

/** An SDK that is installed where the application, or this package, can find it. */
export interface FoundSdk {
  sdk: SdkName;
  /** Its module namespace. */
  module: unknown;
}

const PACKAGES: Record<SdkName, string> = { openai: 'openai', anthropic: '@anthropic-ai/sdk', google: '@google/genai' };

/**
 * Finds the SDKs that are installed, and loads them as the application will: `import` and `require` give the same instance to
 * everybody, but each its own. A build for `require` is loaded only where it is, or can be expected to be, in use.
 */
export function findSdks(failed: (error: unknown) => void): FoundSdk[] {
  const found: FoundSdk[] = [];
  const seen = new Set<string>();
  for (const sdk of Object.keys(PACKAGES) as SdkName[]) {
    for (const app of places()) {
      for (const file of filesOf(app, PACKAGES[sdk])) {
        if (seen.has(file)) continue;
        seen.add(file);
        try {
          found.push({ sdk, module: app(file) });
        } catch (error) {
          failed(error);
        }
      }
    }
  }
  return found;
}

/** Where modules are looked up from: the application's folder, its main file, this package. */
function places(): NodeJS.Require[] {
  const folder = () => join(process.cwd(), 'package.json');
  return [folder, () => process.argv[1] ?? '', () => import.meta.url].flatMap((from) => {
    try {
      return [createRequire(from())];
    } catch {
      // The folder is gone, or there is no main file: behind `node -e` stands any argument.
      return [];
    }
  });
}

/** Files of a package that `import` and, if somebody uses it, `require` would load. */
function filesOf(app: NodeJS.Require, name: string): string[] {
  try {
    const required = app.resolve(name);
    const root = rootOf(required, name);
    if (root === null) return [];
    const { exports: map } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const entry = isRecord(map) && '.' in map ? map['.'] : map;
    const imported = targetOf(entry);
    const files = imported === null ? [] : [join(root, imported)];
    // `require.main` is there only where the application itself is CommonJS.
    if (app.cache[required] !== undefined || app.main !== undefined) files.push(required);
    return files;
  } catch {
    return [];
  }
}

/** The folder of a package, from a file in it; its `package.json` itself need not be exported. */
function rootOf(file: string, name: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const described: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (isRecord(described) && described.name === name) return folder;
    } catch {
      // No package.json here, or one that only sets the module type.
    }
  }
  return null;
}

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/** What an entry of `exports` gives to `import`: the first condition that holds, in the order of the file. */
function targetOf(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (!isRecord(entry)) return null;
  for (const [condition, target] of Object.entries(entry)) {
    const found = CONDITIONS.has(condition) ? targetOf(target) : null;
    if (found !== null) return found;
  }
  return null;
}
