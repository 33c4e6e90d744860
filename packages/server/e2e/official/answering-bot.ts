import { defineBot, type BotDefinition } from '../../src/index.ts'

/** What makes the bot write its answer piece by piece. */
export const streamPlease = 'stream, please'
/** The answer to it. */
export const streamedPieces: readonly string[] = ['One, ', 'two, ', 'three.']

/** Sends back every message, answers every event by one of its own, and writes an answer piece by piece when asked to. */
export const answeringBot: BotDefinition = defineBot({
  name: 'Echo',
  onMessage: async ({ message, reply, stream }) => {
    const { payload } = message
    if (payload.type !== 'text' || payload.text !== streamPlease) return reply(payload)
    const answer = stream()
    for (const piece of streamedPieces) answer.write(piece)
    return answer.end()
  },
  onEvent: ({ event, sendEvent }) => sendEvent({ answers: event.id }),
})
