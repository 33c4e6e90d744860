import { createChat, type ChatSignal, type ConnectedUser } from '@parley/core'
import { expect } from 'vitest'
import { defineBot, type BotDefinition } from '../../src/index.ts'
import { collect, type Collected } from './collect.ts'

/** Larger than nginx's default response buffers. */
const longText = 'long '.repeat(3_000)

export interface WaitingBot {
  readonly bot: BotDefinition
  /** Ends the waiting streams. */
  goOn: () => void
}

/** Answers `stream` with a stream that waits after its first delta, and any other text with its length. */
export function createWaitingBot(): WaitingBot {
  const waiting = new Set<() => void>()
  const bot = defineBot({
    onMessage: async ({ message: { payload }, stream, reply }) => {
      if (payload.type !== 'text') return
      if (payload.text !== 'stream') {
        await reply({ type: 'text', text: String(payload.text.length) })
        return
      }
      const answer = stream()
      answer.write('first ')
      await new Promise<void>((resolve) => waiting.add(resolve))
      answer.write('last')
      await answer.end()
    },
  })
  return {
    bot,
    goOn: () => {
      for (const resolve of waiting) resolve()
      waiting.clear()
    },
  }
}

interface Streams {
  readonly me: ConnectedUser
  readonly conversationId: string
  readonly ofConversation: Collected
  readonly ofUser: Collected
  /** The number of times each stream was opened. */
  readonly openings: { conversation: number; user: number }
  close: () => void
}

/** Connects our client, creates a conversation, and listens to both kinds of stream. */
async function openStreams(url: string): Promise<Streams> {
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})
  const openings = { conversation: 0, user: 0 }
  const controller = new AbortController()
  const { signal } = controller
  const opened = (kind: keyof typeof openings) => () => {
    openings[kind]++
  }
  const ofConversation = collect(
    me.listenConversation({ id: conversation.id, signal, onReady: opened('conversation') }),
  )
  const ofUser = collect(me.listenUser({ signal, onReady: opened('user') }) as AsyncIterable<ChatSignal>)
  await expect.poll(() => openings).toEqual({ conversation: 1, user: 1 })
  return {
    me,
    conversationId: conversation.id,
    ofConversation,
    ofUser,
    openings,
    close: () => {
      controller.abort()
    },
  }
}

export interface HeardChat {
  /** The texts of the messages, as received on each stream and as stored. */
  readonly conversation: string[]
  readonly user: string[]
  readonly stored: string[]
  /** The number of times each stream was opened. */
  readonly openings: { conversation: number; user: number }
}

const texts = ['stream', 'first last', longText, String(longText.length)]

/** The result of `chatThrough` if no message is lost, repeated or delayed, and no stream ends early. */
export const wholeChat: HeardChat = {
  conversation: texts,
  user: texts,
  stored: texts,
  openings: { conversation: 1, user: 1 },
}

/**
 * Runs a chat and receives it on both streams. A proxy that buffers deltas blocks it: the bot continues its stream only
 * after the first delta has arrived.
 */
export async function chatThrough(url: string, { goOn }: WaitingBot): Promise<HeardChat> {
  const { me, conversationId, ofConversation, ofUser, openings, close } = await openStreams(url)
  const streams = [ofConversation, ofUser]
  const send = (text: string) => me.createMessage({ conversationId, payload: { type: 'text', text } })

  await send('stream')
  for (const stream of streams) await stream.until((signals) => deltasOf(signals).startsWith('first '))
  goOn()
  for (const stream of streams) await stream.until((signals) => textsOf(signals).includes('first last'))
  await send(longText)
  for (const stream of streams) {
    await stream.until((signals) => textsOf(signals).includes(String(longText.length)))
  }
  const { messages } = await me.listMessages({ conversationId })
  const heard = {
    conversation: textsOf(ofConversation.signals),
    user: textsOf(ofUser.signals),
    stored: messages.map(({ payload }) => (payload.type === 'text' ? payload.text : '')).toReversed(),
    openings: { ...openings },
  }
  close()
  await Promise.all(streams.map(({ ended }) => ended))
  return heard
}

function deltasOf(signals: readonly ChatSignal[]): string {
  return signals.map((signal) => (signal.type === 'message_stream_delta' ? signal.data.delta : '')).join('')
}

function textsOf(signals: readonly ChatSignal[]): string[] {
  return signals.flatMap((signal) =>
    signal.type === 'message_created' && signal.data.payload.type === 'text'
      ? [signal.data.payload.text]
      : [],
  )
}
