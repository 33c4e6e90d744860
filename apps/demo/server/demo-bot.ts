import { setTimeout } from 'node:timers/promises'
import type { Payload } from '@parley/core/contract'
import { defineBot, type BotDefinition, type Turn } from '@parley/server'
import { createAnswer } from './bot/create-answer.ts'
import { greeting } from './bot/greeting.ts'
import { readRequest } from './bot/read-request.ts'
import { samples } from './bot/samples.ts'

/** Delays the bot. Rejects when `signal` aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

export interface DemoBotOptions {
  /** The delay per word in milliseconds, which makes streaming visible. Default: 45. */
  wordMs?: number
  /** Runs before each word, and before each message that is not text. Default: waits for the delay. */
  pause?: Pause
  now?: () => Date
}

/** Creates Polly, a bot that greets, shows every payload type on request, and streams its text answers word by word. */
export function createDemoBot(options: DemoBotOptions = {}): BotDefinition {
  const { wordMs = 45, pause: pauseFor = pause, now = () => new Date() } = options

  async function write({ stream, signal }: Turn, text: string): Promise<void> {
    await stream().pipe(readWords(text, signal))
  }

  /** Reads a text word by word, as a language model writes it. */
  async function* readWords(text: string, signal: AbortSignal): AsyncGenerator<string> {
    for (const word of text.match(/\s*\S+/g) ?? []) {
      await pauseFor(wordMs, signal)
      yield word
    }
  }

  /** Starts an answer and aborts it, like a language model that is interrupted. */
  async function changeMind(turn: Turn): Promise<void> {
    const { stream, signal, reply } = turn
    const answer = stream()
    for (const word of 'The treasure is buried under the third palm tree from the'.split(' ')) {
      await pauseFor(wordMs * 3, signal)
      answer.write(`${word} `)
    }
    await answer.abort()
    await reply({ type: 'text', text: 'On second thought, I have said nothing.' })
  }

  async function show(turn: Turn, payloads: readonly Payload[]): Promise<void> {
    for (const payload of payloads) {
      await pauseFor(wordMs * 4, turn.signal)
      await turn.reply(payload)
    }
  }

  async function recall(turn: Turn): Promise<void> {
    const texts = (await turn.history({ limit: 20 })).flatMap(({ isBot, payload }) =>
      isBot || payload.type !== 'text' ? [] : [`“${payload.text.slice(0, 80)}”`],
    )
    const list = texts.slice(-5).join(', then ')
    await write(turn, list === '' ? 'Nothing yet, I am afraid. But I am listening!' : `You said ${list}.`)
  }

  async function respond(turn: Turn, text: string): Promise<void> {
    const request = readRequest(text)
    switch (request.type) {
      case 'show':
        return show(
          turn,
          request.types.map((type) => samples[type]),
        )
      case 'menu':
        return show(turn, [greeting.menu])
      case 'change_mind':
        return changeMind(turn)
      case 'recall':
        return recall(turn)
      case 'talk':
        return write(turn, createAnswer(request.text, now()))
    }
  }

  return defineBot({
    id: 'polly',
    name: 'Polly',
    pictureUrl: '/media/polly.svg',
    async onConversation(turn) {
      await write(turn, greeting.text)
      await show(turn, [greeting.menu])
    },
    async onMessage(turn) {
      const { payload } = turn.message
      if (payload.type === 'text') await respond(turn, getCommand(payload))
      else
        await write(turn, `Thank you for the ${payload.type}! I can only read text, but I will keep it safe.`)
    },
    async onEvent(turn) {
      const { type, value } = turn.event.payload
      if (type === 'postback' && typeof value === 'string') await respond(turn, value)
    },
  })
}

/** The value of a clicked option is the command; its label is only for display. */
function getCommand(payload: { text: string; value?: unknown }): string {
  return typeof payload.value === 'string' ? payload.value : payload.text
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal })
}
