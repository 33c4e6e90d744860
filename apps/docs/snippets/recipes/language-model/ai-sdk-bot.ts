import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { textOf } from '@parley/core/text'
import { defineBot } from '@parley/server'
import {
  APICallError,
  isStepCount,
  type ModelMessage,
  RetryError,
  streamText,
  tool,
} from 'ai'
import { z } from 'zod'

const model = createOpenAICompatible({
  name: 'model',
  baseURL: process.env['MODEL_URL'] ?? 'http://127.0.0.1:11434/v1',
  apiKey: process.env['MODEL_KEY'] ?? '',
}).chatModel(process.env['MODEL'] ?? 'llama3.2')

/** How long the model may send nothing. */
const timeoutMs = Number(process.env['MODEL_TIMEOUT_MS'] ?? 30_000)

export default defineBot({
  name: 'Ada',
  async onMessage({ history, stream, signal }) {
    const messages = await history({ includeCurrent: true })
    const result = streamText({
      model,
      instructions: 'You are Ada. Answer in Markdown, in a few sentences.',
      messages: messages
        .filter(({ metadata }) => metadata?.['failed'] !== true)
        .map(({ isBot, payload }): ModelMessage => ({
          role: isBot ? 'assistant' : 'user',
          content: textOf(payload),
        })),
      abortSignal: signal,
      timeout: { firstChunkMs: timeoutMs, chunkMs: timeoutMs },
      tools: { weather },
      stopWhen: isStepCount(5),
      onError: () => {}, // the server logs the error of the turn
    })
    await stream({ type: 'markdown' }).pipe(result.stream)
  },
  async onError(error, { reply }) {
    const cause = RetryError.isInstance(error) ? error.lastError : error
    // Without a reply, the bot sends its `errorMessage`.
    if (!APICallError.isInstance(cause) || cause.statusCode !== 429) return
    const text = 'Many people are asking at the moment. Please try again soon.'
    await reply({ type: 'text', text })
  },
})

// #region tool
const weather = tool({
  description: 'The current weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: 'clear', celsius: 21 }),
})
// #endregion
