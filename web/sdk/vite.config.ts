import { defineConfig } from 'vite';

// For apps outside this repository: one ES module, and the timer worker as a file of its own beside it.
export default defineConfig({
  base: './',
  build: {
    target: 'es2023',
    sourcemap: true,
    minify: false,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'index' },
  },
  worker: { format: 'es' },
});
