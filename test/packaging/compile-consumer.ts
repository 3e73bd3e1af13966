import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-command.js';

const APP = new URL('./consumer/app.ts', import.meta.url);
const DRIVE = new URL('./consumer/drive.ts', import.meta.url);
const COMPILER = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Folders of the compiled application: as ES modules, and as CommonJS. */
export const KINDS = { esm: 'module', cjs: 'commonjs' } as const;

const OPTIONS = {
  module: 'nodenext',
  target: 'es2023',
  strict: true,
  // So that the declarations of the packages are checked, and not only used.
  skipLibCheck: false,
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/**
 * Compiles the application in a project both to ES modules and to CommonJS, to `esm/app.js` and `cjs/app.js`, and with it the
 * examples in the READMEs of these packages. Resolves the compiler's complaints.
 */
export async function compileConsumer(project: string, packages: readonly string[]): Promise<string[]> {
  for (const [folder, type] of Object.entries(KINDS)) {
    mkdirSync(join(project, folder));
    writeFileSync(join(project, folder, 'package.json'), JSON.stringify({ type }));
    for (const file of [APP, DRIVE]) cpSync(file, join(project, folder, file.pathname.split('/').at(-1) as string));
  }
  for (const name of packages) {
    const readme = readFileSync(join(project, 'node_modules', name, 'README.md'), 'utf8');
    const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    if (example === undefined) throw new Error(`the README of ${name} has no example`);
    writeFileSync(join(project, 'esm', `readme-of-${name.split('/')[1]}.ts`), example);
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['esm', 'cjs'] }));
  const { code, stdout, stderr } = await run(process.execPath, [COMPILER, '--pretty', 'false'], {
    cwd: project,
    timeoutMs: 120_000,
  });
  const complaints = `${stdout}${stderr}`.split('\n').filter((line) => /\berror\b/.test(line));
  // A compiler that was killed, or is not there, complains of nothing.
  if (code !== 0 && complaints.length === 0) throw new Error(`the compiler ended with ${code}\n${stderr}`);
  return complaints;
}
