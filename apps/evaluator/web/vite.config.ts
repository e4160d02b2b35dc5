import { defineConfig } from 'vite'
import { pagePlugin } from './build/page-plugin.ts'

export default defineConfig({
  // Relative: the folder may lie anywhere on a server.
  base: './',
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 2000,
  },
  worker: { format: 'es' },
  plugins: [pagePlugin()],
})
