import { defineBot } from '@parley/server'

export default defineBot({
  name: 'Barkeeper',
  async onMessage({ message, reply }) {
    const { payload } = message
    if ('value' in payload && payload.value === 'drink tea') {
      await reply({ type: 'text', text: 'Milk or lemon?' })
      return
    }
    await reply({
      type: 'choice',
      text: 'Which drink belongs on a ship?',
      options: [
        { label: 'Grog', value: 'drink grog' },
        { label: 'Tea', value: 'drink tea' },
      ],
    })
  },
})
