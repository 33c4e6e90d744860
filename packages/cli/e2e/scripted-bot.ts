import type { Payload } from '@parley/core'
import { defineBot, type MessageStream, type BotDefinition } from '@parley/server'

export interface ScriptedBot {
  readonly bot: BotDefinition
  /** Resolves with the stream that the bot opens as its answer to the message "write". */
  nextStream: () => Promise<MessageStream>
}

/** Creates a bot that answers "write" with a stream the test controls, and other texts with their reply or an echo. */
export function createScriptedBot(replies: Record<string, Payload> = {}): ScriptedBot {
  let nextAnswer = Promise.withResolvers<MessageStream>()
  const bot = defineBot({
    name: 'Echo',
    async onMessage({ message: { payload }, reply, stream }) {
      const text = 'text' in payload ? payload.text : ''
      if (text !== 'write') return reply(replies[text] ?? { type: 'text', text: `You said: ${text}` })
      const answer = stream()
      const done = Promise.withResolvers<void>()
      nextAnswer.resolve({
        ...answer,
        end: (options) => answer.end(options).finally(done.resolve),
        abort: () => answer.abort().finally(done.resolve),
      })
      return done.promise
    },
  })
  return {
    bot,
    async nextStream() {
      const answer = await nextAnswer.promise
      nextAnswer = Promise.withResolvers<MessageStream>()
      return answer
    },
  }
}
