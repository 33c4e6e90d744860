import { createServer } from '@parley/server'
import { bot } from '../../../bot.js'

// Created by the first request, not by `next build`. One per process, also after a hot reload.
const getChat = () =>
  (globalThis.chat ??= createServer({
    data: process.env['CHAT_DATABASE'] ?? './parley.db',
    basePath: '/api/chat',
    bots: { demo: { bot } },
  }))

const handle = async (request) => (await getChat()).fetch(request)

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as POST, handle as PUT }
