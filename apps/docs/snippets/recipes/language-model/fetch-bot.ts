import { textOf } from '@parley/core/text'
import { defineBot } from '@parley/server'

const url = process.env['MODEL_URL'] ?? 'http://127.0.0.1:11434/v1'

export default defineBot({
  name: 'Ada',
  async onMessage({ history, stream, signal }) {
    const messages = await history({ includeCurrent: true })
    const prompt = messages
      .filter(({ metadata }) => metadata?.['failed'] !== true)
      .map(({ isBot, payload }) => ({
        role: isBot ? 'assistant' : 'user',
        content: textOf(payload),
      }))
    await stream({ type: 'markdown' }).pipe(complete(prompt, signal))
  },
})

interface Chunk {
  choices?: { delta: { content?: string | null } }[]
  error?: { message: string }
}

/** Yields the text of the answer as the model generates it. */
async function* complete(messages: unknown[], signal: AbortSignal) {
  const timeoutMs = Number(process.env['MODEL_TIMEOUT_MS'] ?? 60_000)
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${process.env['MODEL_KEY'] ?? ''}`,
    },
    body: JSON.stringify({
      model: process.env['MODEL'] ?? 'llama3.2',
      messages,
      stream: true,
    }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  if (!response.ok || !response.body)
    throw new Error(`Model: ${response.status} ${await response.text()}`)

  let rest = ''
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data:')) continue
      const data = line.slice('data:'.length).trim()
      if (data === '[DONE]') return
      const { choices, error } = JSON.parse(data) as Chunk
      if (error) throw new Error(`Model: ${error.message}`)
      yield choices?.[0]?.delta.content ?? ''
    }
  }
  throw new Error('Model: the connection ended in the middle of the answer')
}
