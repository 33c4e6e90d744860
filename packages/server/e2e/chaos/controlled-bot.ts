import { defineBot, type AnswerStream, type BotDefinition } from '../../src/index.ts'

/** A bot with one streaming message, which the test writes. */
export interface ControlledBot {
  readonly bot: BotDefinition
  /** Sends a delta. Waits until the bot has received a message. */
  write: (text: string) => Promise<void>
  end: () => Promise<void>
}

export function createControlledBot(): ControlledBot {
  const started = Promise.withResolvers<AnswerStream>()
  const finished = Promise.withResolvers<undefined>()
  return {
    bot: defineBot({
      onMessage: async ({ stream }) => {
        const answer = stream()
        started.resolve(answer)
        await finished.promise
        await answer.end()
      },
    }),
    write: async (text) => (await started.promise).write(text),
    end: async () => finished.resolve(undefined),
  }
}
