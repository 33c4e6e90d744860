/** Ours, as anyone would start it. */
import { createServer, type ChatServer } from '@parley/server'
import { answerParent, usage } from '../harness/answer-parent.ts'
import type { Bound } from './loopback.ts'

let chat: ChatServer | undefined

const handlers = {
  usage,
  start: async ({ path }: { path: string }): Promise<Bound> => {
    chat = await createServer({ data: path, bots: { demo: {} } })
    const { port } = await chat.listen({ port: 0 })
    return { port }
  },
  close: () => chat?.close(),
}
export type ParleyServer = typeof handlers

answerParent(handlers)
