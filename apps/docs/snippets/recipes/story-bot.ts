import { once } from 'node:events'
import { defineBot } from '@parley/server'

/** Starts a story, and waits until the user stops it. */
export default defineBot({
  name: 'Teller',
  async onMessage({ signal, stream }) {
    stream().write('Once upon a time')
    await once(signal, 'abort')
  },
})
