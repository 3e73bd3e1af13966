#!/usr/bin/env node
import { runCli } from './index.js';

const io = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  cwd: process.cwd(),
  env: process.env,
};

// Whoever reads may have seen enough, and gone: `| head`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

runCli(process.argv.slice(2), io).then((exitCode) => {
  process.exitCode = exitCode;
});
