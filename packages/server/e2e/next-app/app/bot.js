/** Answers `stream` with a stream that pauses after its first delta, and any other text with its length. */
export const bot = {
  onMessage: async ({ message: { payload }, stream, reply }) => {
    if (payload.text !== 'stream') {
      await reply({ type: 'text', text: String(payload.text.length) })
      return
    }
    const answer = stream()
    answer.write('first ')
    await new Promise((resolve) => {
      globalThis.resumeBot = resolve
    })
    answer.write('last')
    await answer.end()
  },
}
