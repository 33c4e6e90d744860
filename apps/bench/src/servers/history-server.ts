/**
 * A fake server for measuring clients. It serves one conversation: a long history in pages of 100, and live messages.
 */
import type { ServerResponse } from 'node:http'
import { serveParent } from '../harness/serve-parent.ts'
import { respondJson, listenOnLoopback, type ListenAddress } from './loopback.ts'

const userId = 'user_00000000000000000000000000'
const user = { id: userId, createdAt: new Date(0).toISOString(), updatedAt: new Date(0).toISOString() }
const pageSize = 100
/** Few enough to render in one frame, and enough to share a network chunk. */
const signalsPerChunk = 10

let count = 0
let listener: ServerResponse | undefined

const handlers = {
  start: async ({ messages }: { messages: number }): Promise<ListenAddress> => {
    count = messages
    const pages = Array.from({ length: Math.ceil(messages / pageSize) }, (_, index) =>
      createPage(messages, index),
    )
    return listenOnLoopback((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost')
      if (url.pathname.endsWith('/hello'))
        respondJson(response, 200, JSON.stringify({ capabilities: ['limit'] }))
      else if (url.pathname.endsWith('/messages'))
        respondJson(response, 200, pages[Number(url.searchParams.get('nextToken') ?? 0)] ?? '{}')
      else if (url.pathname.endsWith('/listen')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('event: message\ndata: ping\n\n')
        listener = response
      } else respondJson(response, 200, JSON.stringify({ user }))
    })
  },
  /** Sends this many live messages. */
  sendLiveMessages: async ({ messages }: { messages: number }): Promise<void> => {
    for (let sent = 0; sent < messages; sent += signalsPerChunk) {
      let frames = ''
      for (let index = 0; index < signalsPerChunk; index++) {
        const data = { ...createMessage(++count), isBot: count % 2 === 1 }
        frames += `event: message\ndata: ${JSON.stringify({ type: 'message_created', data })}\n\n`
      }
      listener?.write(frames)
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
}
export type HistoryServer = typeof handlers

serveParent(handlers)

function createPage(messages: number, index: number): string {
  const newest = messages - index * pageSize
  const length = Math.min(pageSize, newest)
  const isLast = newest <= pageSize
  return JSON.stringify({
    messages: Array.from({ length }, (_, offset) => createMessage(newest - offset)),
    meta: isLast ? {} : { nextToken: String(index + 1) },
  })
}

/** A client's question or a bot's streamed answer, with realistic metadata. */
function createMessage(number: number): object {
  const isQuestion = number % 2 === 0
  const clientMessageId = `${(isQuestion ? number : number - 1) * 7919}abcdefghijklmnop`
  const text = `Message ${number}. ${'Some words that people and bots write. '.repeat(isQuestion ? 1 : 5)}`
  return {
    id: `msg_${String(number).padStart(12, '0')}`,
    createdAt: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    conversationId: 'conversation',
    userId: isQuestion ? userId : 'bot',
    payload: { type: 'text', text },
    metadata: isQuestion ? { clientMessageId } : { clientMessageId, streamId: `stream_${number * 104_729}` },
  }
}
