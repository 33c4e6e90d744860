import type { ChatAddress } from '@parley/core'

/** A server other than the default one, and the user's key. */
export interface ServerSettings {
  server: ChatAddress
  /** Default: a guest. */
  userKey?: string
}

const storageKey = 'parley-demo:server'

/** Reads the stored settings. Undefined means the server of this page. */
export function readServerSettings(storage?: Pick<Storage, 'getItem'>): ServerSettings | undefined {
  try {
    return toSettings(JSON.parse((storage ?? localStorage).getItem(storageKey) ?? 'null'))
  } catch {
    // A browser may block storage, where even accessing it throws, and its content may be invalid.
    return undefined
  }
}

/**
 * Stores settings, which apply when the page is loaded again. Undefined returns to the server of this page.
 *
 * @throws Error if the browser blocks storage.
 */
export function writeServerSettings(
  settings: ServerSettings | undefined,
  storage: Pick<Storage, 'setItem' | 'removeItem'> = localStorage,
): void {
  if (settings) storage.setItem(storageKey, JSON.stringify(settings))
  else storage.removeItem(storageKey)
}

function toSettings(value: unknown): ServerSettings | undefined {
  if (!isObject(value) || !isObject(value['server'])) return undefined
  const { url, webhookId } = value['server']
  const { userKey } = value
  const key = typeof userKey === 'string' ? { userKey } : {}
  if (typeof url === 'string') return { server: { url }, ...key }
  if (typeof webhookId === 'string') return { server: { webhookId }, ...key }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
