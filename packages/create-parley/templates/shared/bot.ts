import { defineBot } from '@parley/server'

export default defineBot({
  name: 'Parrot',
  async onMessage({ message, stream }) {
    const text = message.payload.type === 'text' ? message.payload.text : 'something'
    const answer = stream() // clients show the text while it grows
    for (const word of ['You ', 'said: ', text]) answer.write(word)
    await answer.end()
  },
})
