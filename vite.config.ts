/// <reference types="vitest/config" />
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Sonner puts its styles into the page with a script, which the content security policy refuses; the same styles also
 * come as a file, and the build takes those.
 */
const sonnerStylesAsFile: Plugin = {
  name: 'sonner-styles-as-file',
  apply: 'build',
  transform: {
    filter: { id: /sonner\/dist\/index\.mjs$/ },
    handler(code) {
      const changed = code.replace(/^__insertCSS\(".*"\);$/m, "import 'sonner/dist/styles.css';");
      if (changed === code) this.error('Sonner no longer inserts its styles as this plugin expects.');
      return { code: changed, map: null };
    },
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), sonnerStylesAsFile],
  build: {
    outDir: 'dist/client',
    emptyOutDir: true,
    sourcemap: true,
    // The content security policy knows neither inline scripts nor data: fonts, so everything stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One origin on a local network or behind one proxy: a few larger files beat many small ones.
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    // Processes, not threads: the tests of the server load a native module and change into temporary folders.
    pool: 'forks',
    testTimeout: 15_000,
    hookTimeout: 15_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/unit.json' },
  },
});
