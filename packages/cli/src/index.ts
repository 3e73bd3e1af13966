import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import type { CliIo } from './io.js';
import { pricesRecompute } from './prices-recompute.js';

export type { CliIo } from './io.js';

/**
 * Runs one command line, without the names of Node and script. Never rejects and never ends the process.
 *
 * @returns the exit code: 0; 1 when it failed; 2 for a command line that cannot be used.
 * @example
 * ```ts
 * import { runCli } from '@helicone-proxy/cli';
 *
 * const io = { out: console.log, err: console.error, cwd: process.cwd(), env: process.env };
 * const exitCode = await runCli(['prices', 'recompute', '--dry-run'], io); // as helicone-proxy prices recompute --dry-run
 * ```
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  try {
    await program(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has told what is wrong; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`helicone-proxy: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CliError ? 2 : 1;
  }
}

function program(io: CliIo): Command {
  const root = new Command('helicone-proxy')
    .description('Helicone’s LLM observability proxy for your own Node backend, on the command line')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  const prices = root.command('prices').description('prices of recorded calls').copyInheritedSettings(root);
  prices.addCommand(pricesRecompute(io).copyInheritedSettings(root));
  return root;
}
