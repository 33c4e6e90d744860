import { defineBot, type AnswerStream, type BotDefinition } from '../../src/index.ts'

/** A bot whose answer is written by the test, piece by piece. */
export interface Pen {
  readonly bot: BotDefinition
  /** Writes on the answer under way, as soon as there is one. */
  write: (text: string) => Promise<void>
  end: () => Promise<void>
}

export function createPen(): Pen {
  let begin: (answer: AnswerStream) => void = () => {}
  let finish = (): void => {}
  const answer = new Promise<AnswerStream>((resolve) => (begin = resolve))
  const finished = new Promise<void>((resolve) => (finish = resolve))
  return {
    bot: defineBot({
      onMessage: async ({ stream }) => {
        const begun = stream()
        begin(begun)
        await finished
        await begun.end()
      },
    }),
    write: async (text) => (await answer).write(text),
    end: async () => finish(),
  }
}
