import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Tests run in virtual time; this is for machines that have much else to do.
    testTimeout: 30_000,
  },
});
