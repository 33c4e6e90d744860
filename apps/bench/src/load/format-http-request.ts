export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly key?: string
  readonly body?: unknown
}

/** Formats a request as the text that is sent over the wire. */
export function formatHttpRequest({ method, path, key, body }: HttpRequest): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'user-agent: parley-bench']
  if (key !== undefined) lines.push(`x-user-key: ${key}`)
  if (body !== undefined)
    lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(text)}`)
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}
