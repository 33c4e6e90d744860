import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { createServer } from 'vite'

export interface ViteServer extends AsyncDisposable {
  readonly url: string
}

/** Serves a folder like `npm run dev` of a Vite project for React. */
export async function serveWithVite(
  root: string,
  { conditions = [] }: { conditions?: string[] } = {},
): Promise<ViteServer> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'parley-vite-'))
  const server = await createServer({
    root,
    cacheDir,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: { conditions: [...conditions, 'module', 'browser', 'development'] },
    server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
  })
  await server.listen()
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    async [Symbol.asyncDispose]() {
      await server.close()
      rmSync(cacheDir, { recursive: true, force: true })
    },
  }
}
