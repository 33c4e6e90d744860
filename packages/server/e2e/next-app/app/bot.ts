import { defineBot, type BotDefinition } from '@parley/server'

declare global {
  var resumeBot: (() => void) | undefined
}

/** Answers `stream` with a stream that pauses after its first delta, and any other text with its length. */
const bot: BotDefinition = defineBot({
  onMessage: async ({ message: { payload }, stream, reply }) => {
    if (payload.type !== 'text') return
    if (payload.text !== 'stream') {
      await reply({ type: 'text', text: String(payload.text.length) })
      return
    }
    const answer = stream()
    answer.write('first ')
    await new Promise<void>((resolve) => {
      globalThis.resumeBot = resolve
    })
    answer.write('last')
    await answer.end()
  },
})

export default bot
