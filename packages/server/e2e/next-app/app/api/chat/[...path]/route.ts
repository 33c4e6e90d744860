import { createServer, type ChatServer } from '@parley/server'
import bot from '../../../bot.ts'

declare global {
  var chat: Promise<ChatServer> | undefined
}

// Created by the first request, not by `next build`. One per process, also after a hot reload.
const getChat = () =>
  (globalThis.chat ??= createServer({
    data: process.env['CHAT_DATABASE'] ?? './parley.db',
    basePath: '/api/chat',
    bots: { demo: { bot } },
  }).catch((error: unknown) => {
    // The next request tries again, for example once the database is no longer in use by another process.
    globalThis.chat = undefined
    throw error
  }))

const handle = async (request: Request): Promise<Response> => (await getChat()).fetch(request)

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as POST, handle as PUT }
