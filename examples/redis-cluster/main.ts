// Starts two processes of server.ts, as a process manager would: neither knows of the other.
import { fork } from 'node:child_process';

const first = Number(process.env.PORT ?? 3000);
const ports = [first, first === 0 ? 0 : first + 1]; // 0: any that is free

const servers = ports.map((port) =>
  fork(new URL('server.ts', import.meta.url), { env: { ...process.env, PORT: String(port) } }),
);

function stop(): void {
  for (const server of servers) server.kill('SIGTERM');
}
process.on('SIGTERM', stop);
process.on('SIGINT', () => {}); // Ctrl-C in a terminal reaches the two by itself
for (const server of servers) {
  server.once('exit', (code) => {
    if (code === 0) return;
    process.exitCode = 1;
    stop();
  });
}
