import http, { Agent, globalAgent } from 'node:http'
import { Client, type AuthenticatedClient } from '@botpress/chat'

export interface ConnectOptions {
  readonly apiUrl: string
  /** If given, the client signs its user keys with this secret. */
  readonly encryptionKey?: string
}

// Node's default agent destroys a reused connection after 5 s without data, which can happen on a busy machine.
globalAgent.destroy()
http.globalAgent = new Agent({ keepAlive: true })

let idCount = 0

/** Returns a different id on every call. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++idCount}`
}

/** Connects as a new user, created with `createUser` or, in personal mode, with a key that the client signs. */
export async function connect(
  target: ConnectOptions,
  userId: string = uniqueId('user'),
): Promise<AuthenticatedClient> {
  return Client.connect({ ...target, userId })
}
