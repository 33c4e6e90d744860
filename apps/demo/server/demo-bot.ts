import type { Payload } from '@parley/core/contract'
import { defineBot, type BotDefinition, type Turn } from '@parley/server'
import { createAnswer } from './bot/create-answer.ts'
import { greeting } from './bot/greeting.ts'
import { pause as waitFor, type Pause } from './bot/pause.ts'
import { readRequest } from './bot/read-request.ts'
import { samples } from './bot/samples.ts'

export interface DemoBotOptions {
  /** How long the bot takes for a word, for people to see it write. Default: 45. */
  wordMs?: number
  /** What comes before each word, and before each message that is no text. Default: the time that it takes. */
  pause?: Pause
  now?: () => Date
}

/** Polly: greets, shows every type of payload on request, and answers the rest word by word. */
export function createDemoBot(options: DemoBotOptions = {}): BotDefinition {
  const { wordMs = 45, pause = waitFor, now = () => new Date() } = options

  async function write({ stream, signal }: Turn, text: string): Promise<void> {
    const answer = stream()
    for (const word of text.match(/\s*\S+/g) ?? []) {
      await pause(wordMs, signal)
      answer.write(word)
    }
    await answer.end()
  }

  /** Begins an answer and takes it back, as a model does that is stopped. */
  async function changeMind(turn: Turn): Promise<void> {
    const { stream, signal, reply } = turn
    const answer = stream()
    for (const word of 'The treasure is buried under the third palm tree from the'.split(' ')) {
      await pause(wordMs * 3, signal)
      answer.write(`${word} `)
    }
    await answer.abort()
    await reply({ type: 'text', text: 'On second thoughts: I have said nothing.' })
  }

  async function show(turn: Turn, payloads: readonly Payload[]): Promise<void> {
    for (const payload of payloads) {
      await pause(wordMs * 4, turn.signal)
      await turn.reply(payload)
    }
  }

  async function respond(turn: Turn, said: string): Promise<void> {
    const request = readRequest(said)
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

/** What a click on a button means is its value; its label is only for people to read. */
function getCommand(payload: { text: string; value?: unknown }): string {
  return typeof payload.value === 'string' ? payload.value : payload.text
}
