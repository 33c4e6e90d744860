import { createChat, type ChatOptions, type ChatSignal, type ConnectedUser } from '@parley/core'
import { expect } from 'vitest'
import { defineBot, type BotDefinition } from '../../src/index.ts'
import { collect, messageTexts, type CollectedStream } from './collect.ts'

/** Larger than nginx's default response buffers. */
const longText = 'long '.repeat(3_000)

export interface PausingBot {
  readonly bot: BotDefinition
  /** Continues and ends the paused streams. */
  resume: () => void
}

/** The bot answers `stream` with a stream that pauses after its first delta, and any other text with its length. */
export function createPausingBot(): PausingBot {
  const paused = new Set<() => void>()
  const bot = defineBot({
    onMessage: async ({ message: { payload }, stream, reply }) => {
      if (payload.type !== 'text') return
      if (payload.text !== 'stream') {
        await reply({ type: 'text', text: String(payload.text.length) })
        return
      }
      const answer = stream()
      answer.write('first ')
      await new Promise<void>((resolve) => paused.add(resolve))
      answer.write('last')
      await answer.end()
    },
  })
  return {
    bot,
    resume: () => {
      for (const resolve of paused) resolve()
      paused.clear()
    },
  }
}

interface Streams {
  readonly me: ConnectedUser
  readonly conversationId: string
  readonly conversationStream: CollectedStream
  readonly userStream: CollectedStream
  /** The number of times each stream was opened. */
  readonly openCounts: { conversation: number; user: number }
  close: () => void
}

/** Connects our client, creates a conversation, and opens its stream and the stream of the user. */
async function openStreams(options: ChatOptions): Promise<Streams> {
  const me = await createChat(options).connect()
  const { conversation } = await me.createConversation({})
  const openCounts = { conversation: 0, user: 0 }
  const controller = new AbortController()
  const { signal } = controller
  const countOpening = (kind: keyof typeof openCounts) => () => {
    openCounts[kind]++
  }
  const conversationStream = collect(
    me.listenConversation({ id: conversation.id, signal, onReady: countOpening('conversation') }),
  )
  const userStream = collect(
    me.listenUser({ signal, onReady: countOpening('user') }) as AsyncIterable<ChatSignal>,
  )
  await expect.poll(() => openCounts).toEqual({ conversation: 1, user: 1 })
  return {
    me,
    conversationId: conversation.id,
    conversationStream,
    userStream,
    openCounts,
    close: () => {
      controller.abort()
    },
  }
}

export interface ChatTranscript {
  /** The texts of the messages, as received on both streams and as stored. */
  readonly conversation: string[]
  readonly user: string[]
  readonly stored: string[]
  /** The number of times each stream was opened. */
  readonly openCounts: { conversation: number; user: number }
}

const texts = ['stream', 'first last', longText, String(longText.length)]

/** The result of `runChat` if no message is lost, repeated or delayed, and no stream ends early. */
export const completeTranscript: ChatTranscript = {
  conversation: texts,
  user: texts,
  stored: texts,
  openCounts: { conversation: 1, user: 1 },
}

/**
 * Exchanges messages with the bot and receives them on both streams.
 *
 * Does not finish if a proxy buffers deltas: the bot continues its stream only after the first delta was received.
 */
export async function runChat(
  url: string,
  { resume }: PausingBot,
  options: Pick<ChatOptions, 'fetch'> = {},
): Promise<ChatTranscript> {
  const { me, conversationId, conversationStream, userStream, openCounts, close } = await openStreams({
    url,
    ...options,
  })
  const streams = [conversationStream, userStream]
  const send = (text: string) => me.createMessage({ conversationId, payload: { type: 'text', text } })

  await send('stream')
  for (const stream of streams) await stream.until((signals) => joinDeltas(signals).startsWith('first '))
  resume()
  for (const stream of streams) await stream.until((signals) => messageTexts(signals).includes('first last'))
  await send(longText)
  for (const stream of streams) {
    await stream.until((signals) => messageTexts(signals).includes(String(longText.length)))
  }
  const { messages } = await me.listMessages({ conversationId })
  const transcript = {
    conversation: messageTexts(conversationStream.signals),
    user: messageTexts(userStream.signals),
    stored: messages.map(({ payload }) => (payload.type === 'text' ? payload.text : '')).toReversed(),
    openCounts: { ...openCounts },
  }
  close()
  await Promise.all(streams.map(({ ended }) => ended))
  return transcript
}

function joinDeltas(signals: readonly ChatSignal[]): string {
  return signals.map((signal) => (signal.type === 'message_stream_delta' ? signal.data.delta : '')).join('')
}
