// Starts the demo like `npm start`, with a bot that writes only as many words as the parent process allows, or fails.
import { EventEmitter, once } from 'node:events'
import { pause } from '../server/demo-bot.ts'
import { main } from '../server/main.ts'

const changes = new EventEmitter()
// The bot can wait in many conversations at once.
changes.setMaxListeners(0)
let remainingWords = Infinity
let isFailing = false

process.on('message', (message: { words: number } | { fail: true }) => {
  if ('words' in message) remainingWords = message.words
  else isFailing = true
  changes.emit('change')
  process.send?.('acknowledged')
})

await main({
  async pause(ms, signal) {
    while (remainingWords < 1 && !isFailing) await once(changes, 'change', { signal })
    if (isFailing) {
      isFailing = false
      throw new Error('the demo bot fails, as the test demands')
    }
    remainingWords--
    await pause(ms, signal)
  },
})
