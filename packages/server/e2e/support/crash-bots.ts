import type { BotDefinition } from '../../src/index.ts'

/** Bots whose turn a crash interrupts: the first run of a turn never ends, as `history` tells it apart from the second. */
export const crashBots: Record<string, BotDefinition> = {
  /** Stores one reply, then hangs for as long as the message says so and no third message is there. */
  'replies-then-hangs': {
    onMessage: async ({ reply, history }) => {
      await reply({ type: 'text', text: 'first' })
      await untilReleased(history)
      await reply({ type: 'text', text: 'second' })
    },
  },
  'hangs-while-writing': {
    onMessage: async ({ stream, history }) => {
      const answer = stream()
      answer.write('half of ')
      await untilReleased(history)
      answer.write('the answer')
      await answer.end()
    },
  },
}

async function untilReleased(history: () => Promise<unknown[]>): Promise<void> {
  if (process.env['PARLEY_TEST_RELEASED'] === undefined) await new Promise(() => {})
  await history()
}
