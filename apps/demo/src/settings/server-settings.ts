import type { ChatAddress } from '@parley/core'

/** Another server than this page's own, and whom to be there. */
export interface ServerSettings {
  server: ChatAddress
  /** Default: a visitor, whose key the page keeps. */
  userKey?: string
}

const place = 'parley-demo:server'

/** The server that was chosen; undefined stands for this page's own. */
export function readServerSettings(storage?: Pick<Storage, 'getItem'>): ServerSettings | undefined {
  try {
    return toSettings(JSON.parse((storage ?? localStorage).getItem(place) ?? 'null'))
  } catch {
    // A browser may block storage, where even accessing it throws, and its content may be invalid.
    return undefined
  }
}

/**
 * Remembers a server for the next time that the page is opened; undefined goes back to this page's own.
 *
 * @throws Error where the browser keeps nothing.
 */
export function writeServerSettings(
  settings: ServerSettings | undefined,
  storage: Pick<Storage, 'setItem' | 'removeItem'> = localStorage,
): void {
  if (settings) storage.setItem(place, JSON.stringify(settings))
  else storage.removeItem(place)
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
