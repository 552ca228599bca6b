import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

/** Where `trading dashboard --api-port 8480` listens; `vite dev` sends what it does not have itself there. */
const api = process.env.TRADING_API_URL ?? 'http://127.0.0.1:8480';

/** What all files may come to, gzipped: the page has to be there at once on a phone's connection too. */
const MOST_KB = 250;

/** Prints the size, and fails the build where it is above the budget. */
const sizeBudget = {
  name: 'size-budget',
  apply: 'build',
  generateBundle(_options, bundle) {
    const sizes = Object.values(bundle).map(
      (file) => gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length,
    );
    const kb = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
    if (kb > MOST_KB) this.error(`the dashboard is ${kb} kB gzipped, more than ${MOST_KB}`);
    console.log(`The dashboard is ${kb} kB gzipped, of ${MOST_KB}.`);
  },
};

export default defineConfig({
  // The server's Content-Security-Policy lets in nothing inline, data: URLs included.
  build: {
    assetsInlineLimit: 0,
    target: 'es2022',
    // Browsers that know light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [sizeBudget],
  server: { proxy: { '/v1': api } },
});
