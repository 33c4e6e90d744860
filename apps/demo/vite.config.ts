import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // `pnpm dev` shows changes at once; the API comes from `npm start` beside it.
  server: { proxy: { '/demo': 'http://127.0.0.1:3000' } },
  resolve: { conditions: ['parley-src', 'module', 'browser', 'development|production'] },
})
