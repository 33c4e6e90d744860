import { once } from 'node:events'
import { connect } from 'node:net'
import type { ReceivedResponse } from './send-request.ts'

/**
 * Sends bytes to a server, and reads one response until the server closes the connection.
 *
 * @param options.closeAfterWrite - Closes the connection as soon as the bytes are sent, without a response.
 */
export async function sendBytes(
  origin: string,
  bytes: string | Buffer,
  { closeAfterWrite = false }: { closeAfterWrite?: boolean } = {},
): Promise<ReceivedResponse> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes, () => {
    if (closeAfterWrite) socket.destroy()
  })
  await once(socket, 'close')
  return parseResponse(Buffer.concat(chunks).toString())
}

function parseResponse(raw: string): ReceivedResponse {
  const [head = '', text = ''] = raw.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]))
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
  return { status: Number(statusLine.split(' ')[1]), headers, body, text }
}
