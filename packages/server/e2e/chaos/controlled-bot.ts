import { defineBot, type MessageStream, type BotDefinition } from '../../src/index.ts'

/** A bot with one streaming message, which the test writes. */
export interface ControlledBot {
  readonly bot: BotDefinition
  /** Sends a delta. Waits until the bot has received a message. */
  write: (text: string) => Promise<void>
  end: () => Promise<void>
}

export function createControlledBot(): ControlledBot {
  let start: (answer: MessageStream) => void = () => {}
  let finish = (): void => {}
  const started = new Promise<MessageStream>((resolve) => (start = resolve))
  const finished = new Promise<void>((resolve) => (finish = resolve))
  return {
    bot: defineBot({
      onMessage: async ({ stream }) => {
        const answer = stream()
        start(answer)
        await finished
        await answer.end()
      },
    }),
    write: async (text) => (await started).write(text),
    end: async () => finish(),
  }
}
