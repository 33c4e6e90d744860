import type { BotDefinition, MessageTurn } from '../../src/index.ts'

/** Bots whose first attempt of a turn never ends, so that a crash interrupts it. */
export const crashBots: Record<string, BotDefinition> = {
  /** Stores one reply, then hangs until released. */
  'replies-then-hangs': {
    onMessage: async ({ reply, history }) => {
      await reply({ type: 'text', text: 'first' })
      await untilReleased(history)
      await reply({ type: 'text', text: 'second' })
    },
  },
  /** Hangs until released, then answers with the start of the message. */
  'answers-when-released': {
    onMessage: async ({ message, reply }) => {
      if (process.env['PARLEY_TEST_RELEASED'] === undefined) await new Promise(() => {})
      const text = message.payload.type === 'text' ? message.payload.text.slice(0, 20).trim() : ''
      await reply({ type: 'text', text: `answer to ${text}` })
    },
  },
  /** Stores three large replies, then hangs until released. */
  'sends-large-replies': {
    onMessage: async ({ reply, history }) => {
      for (const n of [1, 2, 3]) await reply({ type: 'text', text: `${n}`.padEnd(500_000, '.') })
      await untilReleased(history)
      await reply({ type: 'text', text: 'last' })
    },
  },
  /** Sends one delta, then hangs until released. */
  'hangs-while-streaming': {
    onMessage: async ({ stream, history }) => {
      const answer = stream()
      answer.write('half of ')
      await untilReleased(history)
      answer.write('the answer')
      await answer.end()
    },
  },
  /** Fails until released. */
  fails: {
    onMessage: failUntilReleased,
  },
  /** Fails until released. Its `onError` replies, then hangs. */
  'fails-with-reply': {
    onMessage: failUntilReleased,
    onError: async (_, { reply }) => {
      await reply({ type: 'text', text: 'the reply of onError' })
      await new Promise(() => {})
    },
  },
}

async function failUntilReleased({ reply }: MessageTurn): Promise<void> {
  if (process.env['PARLEY_TEST_RELEASED'] === undefined) throw new Error('the model is down')
  await reply({ type: 'text', text: 'recovered' })
}

/** Never resolves, unless the process was started with `PARLEY_TEST_RELEASED`. */
async function untilReleased(history: () => Promise<unknown[]>): Promise<void> {
  if (process.env['PARLEY_TEST_RELEASED'] === undefined) await new Promise(() => {})
  await history()
}
