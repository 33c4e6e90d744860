// The demo as `npm start` starts it, with a bot that says no more words than the parent process lets it.
import { EventEmitter, once } from 'node:events'
import { pause } from '../server/bot/pause.ts'
import { main } from '../server/main.ts'

const changes = new EventEmitter()
// The bot may wait in any number of conversations.
changes.setMaxListeners(0)
let left = Infinity

process.on('message', ({ words }: { words: number }) => {
  left = words
  changes.emit('change')
  process.send?.('heard')
})

await main({
  async pause(ms, signal) {
    while (left < 1) await once(changes, 'change', { signal })
    left--
    await pause(ms, signal)
  },
})
