// #region bot
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { textOf } from '@parley/core/text'
import { defineBot } from '@parley/server'
import { type ModelMessage, streamText } from 'ai'

const baseURL = process.env['MODEL_URL'] ?? 'http://127.0.0.1:11434/v1' // Ollama, or any other
const model = createOpenAICompatible({ name: 'model', baseURL }).chatModel(
  'llama3.2',
)

export default defineBot({
  async onMessage({ history, stream, signal }) {
    const messages = (await history({ includeCurrent: true })).map(
      ({ isBot, payload }): ModelMessage => ({
        role: isBot ? 'assistant' : 'user',
        content: textOf(payload),
      }),
    )
    await stream({ type: 'markdown' }).pipe(
      streamText({ model, messages, abortSignal: signal }).stream,
    )
  },
})
// #endregion
