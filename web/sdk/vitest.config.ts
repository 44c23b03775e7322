import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Virtual time: a test that waits in real time is a mistake.
    testTimeout: 10_000,
  },
});
