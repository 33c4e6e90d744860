import { defineBot } from '@parley/server'

export default defineBot({
  name: 'Echo',
  onMessage: ({ message, reply }) => reply(message.payload),
})
