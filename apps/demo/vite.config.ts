import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compression } from 'vite-plugin-compression2'

export default defineConfig({
  // The server sends the compressed files: brotli at its best level takes too long to do it for each request.
  plugins: [react(), tailwindcss(), compression({ algorithms: ['brotliCompress', 'gzip'] })],
  // `pnpm dev` shows changes at once; the API comes from `npm start` beside it.
  server: { proxy: { '/demo': 'http://127.0.0.1:3000' } },
  resolve: { conditions: ['parley-src', 'module', 'browser', 'development|production'] },
})
