/** `@parley/server` with default settings. */
import { createServer, type ChatServer } from '@parley/server'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import type { ListenAddress } from './loopback.ts'

let chat: ChatServer | undefined

const handlers = {
  usage: measureUsage,
  start: async ({ path }: { path: string }): Promise<ListenAddress> => {
    chat = await createServer({ data: path, bots: { demo: {} } })
    const { port } = await chat.listen({ port: 0 })
    return { port }
  },
  close: () => chat?.close(),
}
export type ParleyServer = typeof handlers

serveParent(handlers)
