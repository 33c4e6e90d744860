import { globSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { test as base } from '@playwright/test'
import sirv from 'sirv'

const siteFolder = fileURLToPath(new URL('../dist', import.meta.url))

/** The paths of all pages. */
export const sitePages: string[] = globSync('**/*.html', { cwd: siteFolder })
  .map((file) => `/${file.replace(/index\.html$/, '')}`)
  .sort()

/** Serves the built site on a free port, which is the base URL of the pages. */
export const test = base.extend<object, { siteUrl: string }>({
  siteUrl: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright requires the pattern.
    async ({}, provide) => {
      const server = createServer(sirv(siteFolder))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      await provide(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      server.closeAllConnections()
      server.close()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ siteUrl }, provide) => provide(siteUrl),
})
