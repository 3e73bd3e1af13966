import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

interface Where {
  cwd: string;
  /** Killed after this time, ms. */
  timeoutMs: number;
}

/** Runs a program to its end, with this Node first on the path, without keys and options that this process may have. */
export function run(program: string, args: readonly string[], { cwd, timeoutMs }: Where): Promise<Ended> {
  const { OPENAI_API_KEY: _o, ANTHROPIC_API_KEY: _a, HELICONE_API_KEY: _h, NODE_OPTIONS: _n, ...env } = process.env;
  const path = [dirname(process.execPath), env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const done = (error: Error | null, stdout: string, stderr: string): void => {
      const code = error === null ? 0 : (error as { code?: unknown }).code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      // Not started, or killed: there is no exit code.
      else resolve({ code: -1, stdout, stderr: `${stderr}${error?.message}` });
    };
    // npm writes long trees when it fails.
    execFile(
      program,
      args,
      { cwd, env: { ...env, PATH: path }, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1e8 },
      done,
    );
  });
}

/** Runs a package manager; rejects with what it said when it fails. */
export async function runManager(program: 'npm' | 'npx', args: readonly string[], cwd: string): Promise<Ended> {
  const ended = await run(program, args, { cwd, timeoutMs: MANAGER_MS });
  if (ended.code === 0) return ended;
  const said = `${ended.stdout}\n${ended.stderr}`.trim();
  const why = OUT_OF_REACH.test(said) ? ': the package registry, which these tests need, is out of reach' : '';
  throw new Error(`${program} ${args.join(' ')} ended with ${ended.code}${why}\n${said.slice(-4000)}`);
}

const MANAGER_MS = 240_000;
const OUT_OF_REACH =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|error sending request|dns error/i;
