import { textOf } from '@parley/core/text'
import { defineBot } from '@parley/server'
import { generate } from './model.ts' // yields the tokens of a language model

export default defineBot({
  name: 'Ada',
  async onMessage({ history, stream, signal }) {
    const messages = await history({ includeCurrent: true })
    const prompt = messages.map(({ isBot, payload }) => ({
      role: isBot ? 'assistant' : 'user',
      content: textOf(payload),
    }))
    await stream({ type: 'markdown' }).pipe(generate(prompt, { signal }))
  },
})
