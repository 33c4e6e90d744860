import { defineBot, type BotDefinition } from '../../src/index.ts'

/** The message that the bot answers with a streaming message. */
export const streamCommand = 'stream, please'
/** The deltas of that streaming message. */
export const streamedDeltas: readonly string[] = ['One, ', 'two, ', 'three.']

/** Sends back every message, answers every event with an event, and streams its answer to `streamCommand`. */
export const echoBot: BotDefinition = defineBot({
  name: 'Echo',
  onMessage: async ({ message, reply, stream }) => {
    const { payload } = message
    if (payload.type !== 'text' || payload.text !== streamCommand) return reply(payload)
    const answer = stream()
    for (const delta of streamedDeltas) answer.write(delta)
    return answer.end()
  },
  onEvent: ({ event, sendEvent }) => sendEvent({ answers: event.id }),
})
