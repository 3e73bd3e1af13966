import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Imports a package as code in a project's folder would. */
export type Load = <T>(name: string) => Promise<T>;

/** Loads what is installed in a project. */
export function loadFrom(project: string): Load {
  const require = createRequire(join(project, 'package.json'));
  return (name) => import(pathToFileURL(require.resolve(name)).href);
}
