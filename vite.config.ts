/// <reference types="vitest/config" />
import { availableParallelism } from 'node:os';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstScript } from './src/tools/first-script.ts';
import { pageCode } from './src/tools/page-code.ts';
import { precompress } from './src/tools/precompress.ts';
import { sureImports } from './src/tools/sure-imports.ts';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    firstScript('src/dashboard/start.ts'),
    sureImports('src/dashboard/ui/sure-import.ts'),
    pageCode(),
    precompress(),
  ],
  build: {
    outDir: 'dist/client',
    emptyOutDir: true,
    sourcemap: true,
    // The content security policy knows neither inline scripts nor data: fonts, so everything stays a file.
    assetsInlineLimit: 0,
    // An import on demand brings scripts and no styles.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    // What every page needs is one file, and so is what many share: smaller than its parts, and asked for once.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', test: /dashboard.(?:start|api.early)\.ts$/, priority: 1 },
            { name: 'start', tags: ['$initial'] },
            { name: 'common', test: /dashboard.(?:ui|lib|api|relay)|lucide-react/, minShareCount: 3 },
            { name: 'incident', test: /src.dashboard/, minShareCount: 3 },
            { name: 'icons', test: /lucide-react|dashboard.lib/, minShareCount: 2 },
          ],
        },
      },
    },
    // One origin on a local network or behind one proxy: a few larger files beat many small ones.
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    // Processes, not threads: the tests of the server load a native module and change into temporary folders.
    pool: 'forks',
    // Most files wait for processes of their own, so even two cores carry two of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/unit.json' },
  },
});
