import { textOf } from '@parley/core/text'
import { defineBot } from '@parley/server'

export default defineBot({
  name: 'Parrot',
  async onMessage({ message, stream }) {
    const text = textOf(message.payload) // of any payload: a picture, an option
    const answer = stream({ type: 'markdown' }) // clients show it while it grows
    for (const word of ['You ', 'said: ', `**${text}**`]) answer.write(word)
    await answer.end()
  },
})
