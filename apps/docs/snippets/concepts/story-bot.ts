import { defineBot } from '@parley/server'

// #region pipe
export default defineBot({
  name: 'Storyteller',
  async onMessage({ stream, signal }) {
    await stream({ type: 'markdown' }).pipe(tellStory(signal))
  },
})

async function* tellStory(signal: AbortSignal) {
  yield '**Once** upon a time, '
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  yield 'this part is never sent'
}
// #endregion
