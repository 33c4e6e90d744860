import type { IncomingMessage, ServerResponse } from 'node:http'

export type Json = Record<string, unknown>

export function respond(response: ServerResponse, body: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function respondWithError(response: ServerResponse, code: number, type: string): void {
  respond(response, { id: `err_${type}`, code, type, message: 'Scripted error.' }, code)
}

export async function readBody(request: IncomingMessage): Promise<Json> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
  return body === '' ? {} : JSON.parse(body)
}

/** Allows cross-origin requests. Returns true if the request was a preflight, which is then complete. */
export function allowPages({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', headers.origin ?? '*')
  if (method !== 'OPTIONS') return false
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, DELETE')
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '')
  response.writeHead(204).end()
  return true
}
