import { serve } from '@hono/node-server'
import { createBackend } from './backend.ts'

const { PARLEY_ENCRYPTION_KEY, COOKIE_SECRET, PORT = '4000' } = process.env
if (!PARLEY_ENCRYPTION_KEY || !COOKIE_SECRET)
  throw new Error('Unable to start; set PARLEY_ENCRYPTION_KEY, COOKIE_SECRET.')

const app = createBackend({
  encryptionKey: PARLEY_ENCRYPTION_KEY,
  cookieSecret: COOKIE_SECRET,
})
serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`)
})
