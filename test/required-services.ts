// Services that a run insists on: HELICONE_TEST_REQUIRE=redis,postgres,chromium. One that is not there fails the run, so that
// its tests are never skipped unseen.
import { accessSync } from 'node:fs';
import { connect } from 'node:net';

const CHROMIUM = '/usr/bin/chromium';

const checks: Record<string, () => Promise<void>> = {
  redis: () => reach(6379),
  postgres: () => reach(5432),
  chromium: async () => accessSync(CHROMIUM),
};

export async function setup(): Promise<void> {
  const required = (process.env.HELICONE_TEST_REQUIRE ?? '').split(',').filter((name) => name !== '');
  for (const name of required) {
    const check = checks[name];
    if (check === undefined)
      throw new Error(`HELICONE_TEST_REQUIRE: "${name}" is no service; known are ${Object.keys(checks)}`);
    await check().catch((cause: unknown) => {
      throw new Error(`HELICONE_TEST_REQUIRE: ${name} is required and not there`, { cause });
    });
  }
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
