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
  /** Answers with the start of the message. */
  'answers-when-released': {
    onMessage: async ({ message, reply }) => {
      if (process.env['PARLEY_TEST_RELEASED'] === undefined) await new Promise(() => {})
      const said = message.payload.type === 'text' ? message.payload.text.slice(0, 20).trim() : ''
      await reply({ type: 'text', text: `answer to ${said}` })
    },
  },
  /** Stores three large replies, then hangs; once released, it replies with the number of its calls. */
  'replies-at-length': {
    onMessage: async ({ reply, history }) => {
      for (const n of [1, 2, 3]) await reply({ type: 'text', text: `${n}`.padEnd(500_000, '.') })
      await untilReleased(history)
      await reply({ type: 'text', text: 'last' })
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
