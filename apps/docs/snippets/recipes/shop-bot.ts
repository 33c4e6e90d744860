import { textOf } from '@parley/core/text'
import { defineBot, type BotDefinition } from '@parley/server'

const statuses = new Map([
  ['1001', 'on its way'],
  ['1002', 'being packed'],
])

type FindOrder = (
  number: string,
  signal: AbortSignal,
) => Promise<string | undefined>

/** The bot, with a parameter for what it calls, so that tests can replace it. */
export function createShopBot(findOrder: FindOrder): BotDefinition {
  return defineBot({
    name: 'Shop',
    errorMessage: 'I cannot look up orders right now. Please try again later.',

    // #region conversation
    async onConversation({ reply }) {
      await reply({
        type: 'choice',
        text: 'Hello! What do you need?',
        options: [
          { label: 'Where is my order?', value: 'order' },
          { label: 'Opening hours', value: 'hours' },
        ],
      })
    },
    // #endregion

    // #region message
    async onMessage({ message, reply, signal, stream }) {
      const { payload } = message
      const clicked = 'value' in payload ? payload.value : undefined
      if (clicked === 'hours') {
        await reply({ type: 'text', text: 'Monday to Friday, 9 to 17.' })
        return
      }
      const number = /\d+/.exec(textOf(payload))?.[0]
      if (clicked === 'order' || number === undefined) {
        await reply({ type: 'text', text: 'What is the number of your order?' })
        return
      }

      const answer = stream({ type: 'markdown' })
      answer.write(`Order ${number} `)
      const status = await findOrder(number, signal) // ends when the user stops the turn
      answer.write(
        status === undefined ? 'does not exist.' : `is **${status}**.`,
      )
      await answer.end()
    },
    // #endregion

    // #region event
    async onEvent({ event, sendEvent }) {
      if (event.payload['type'] !== 'rated') return
      await sendEvent({ type: 'thanks', stars: event.payload['stars'] })
    },
    // #endregion
  })
}

export default createShopBot(async (number) => statuses.get(number))
