// Starts the demo like `npm start`, with a bot that writes only as many words as the parent process allows.
import { EventEmitter, once } from 'node:events'
import { pause } from '../server/demo-bot.ts'
import { main } from '../server/main.ts'

const changes = new EventEmitter()
// The bot can wait in many conversations at once.
changes.setMaxListeners(0)
let remainingWords = Infinity

process.on('message', ({ words }: { words: number }) => {
  remainingWords = words
  changes.emit('change')
  process.send?.('acknowledged')
})

await main({
  async pause(ms, signal) {
    while (remainingWords < 1) await once(changes, 'change', { signal })
    remainingWords--
    await pause(ms, signal)
  },
})
