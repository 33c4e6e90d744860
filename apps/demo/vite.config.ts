import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compression } from 'vite-plugin-compression2'

export default defineConfig({
  // The server sends these files: the best brotli level is too slow to compress per request.
  plugins: [react(), tailwindcss(), compression({ algorithms: ['brotliCompress', 'gzip'] })],
  // `pnpm dev` reloads on changes, and forwards API requests to a running `npm start`.
  server: { proxy: { '/demo': 'http://127.0.0.1:3000' } },
  resolve: { conditions: ['parley-src', 'module', 'browser', 'development|production'] },
})
