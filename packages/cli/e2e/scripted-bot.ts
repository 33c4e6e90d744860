import type { Payload } from '@parley/core'
import { defineBot, type AnswerStream, type BotDefinition } from '@parley/server'

export interface ScriptedBot {
  readonly bot: BotDefinition
  /** The answer that it is writing now: to "write", it writes what the test tells it to. */
  answer: () => Promise<AnswerStream>
}

/** Answers "write" by what a test writes, and every other text by what is said for it, or an echo. */
export function createScriptedBot(replies: Record<string, Payload> = {}): ScriptedBot {
  let begun = Promise.withResolvers<AnswerStream>()
  const bot = defineBot({
    name: 'Echo',
    async onMessage({ message: { payload }, reply, stream }) {
      const text = 'text' in payload ? payload.text : ''
      if (text !== 'write') return reply(replies[text] ?? { type: 'text', text: `You said: ${text}` })
      const writing = stream()
      const done = Promise.withResolvers<void>()
      begun.resolve({
        ...writing,
        end: (options) => writing.end(options).finally(done.resolve),
        abort: () => writing.abort().finally(done.resolve),
      })
      return done.promise
    },
  })
  return {
    bot,
    async answer() {
      const answer = await begun.promise
      begun = Promise.withResolvers<AnswerStream>()
      return answer
    },
  }
}
