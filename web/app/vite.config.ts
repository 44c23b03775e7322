import { defineConfig } from 'vitest/config';

// The server that the development page talks to; started apart, by hand.
const SERVER = 'http://127.0.0.1:8080';

export default defineConfig({
  build: {
    target: ['chrome120', 'firefox121', 'safari17'],
    // Inlined files would be data: addresses, which the Content-Security-Policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  worker: { format: 'es' },
  server: {
    proxy: { '/ws': { target: SERVER, ws: true }, '/api': { target: SERVER } },
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
  },
});
