import { once } from 'node:events'
import { connect } from 'node:net'
import type { Answer } from './call.ts'

/**
 * Writes bytes to a server as they are, and reads one answer until the server hangs up.
 *
 * @param options.isCutOff - The caller hangs up as soon as all is written.
 */
export async function rawExchange(
  origin: string,
  bytes: string | Buffer,
  { isCutOff = false }: { isCutOff?: boolean } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes, () => {
    if (isCutOff) socket.destroy()
  })
  await once(socket, 'close')
  return answerOf(Buffer.concat(chunks).toString())
}

function answerOf(raw: string): Answer {
  const [head = '', text = ''] = raw.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]))
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
  return { status: Number(statusLine.split(' ')[1]), headers, body, text }
}
