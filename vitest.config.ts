import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/required-services.ts'],
    testTimeout: 20_000,
    // Many tests wait for deadlines: one process per core, where Vitest would leave one of two cores idle.
    maxWorkers: '100%',
  },
});
