import http, { Agent, globalAgent } from 'node:http'
import { Client, type AuthenticatedClient } from '@botpress/chat'

/** Where the official client connects to, and with which secret it signs keys itself, if it does. */
export interface Target {
  readonly apiUrl: string
  readonly encryptionKey?: string
}

// Node's own agent ends a connection that is used again after some seconds without a byte, which a busy machine may take.
globalAgent.destroy()
http.globalAgent = new Agent({ keepAlive: true })

let made = 0

/** An id that nothing else in this test run has. */
export function freshId(prefix: string): string {
  return `${prefix}-${++made}`
}

/** Connects as a new user: made by `createUser`, or in personal mode by a key of one's own signing. */
export async function connect(
  target: Target,
  userId: string = freshId('user'),
): Promise<AuthenticatedClient> {
  return Client.connect({ ...target, userId })
}
