import { isRetryable } from '../errors/chat-error.ts'
import { parseBody, unexpectedResponse } from '../http/parse-response.ts'
import type { CallOptions, SendRequest } from '../http/send-request.ts'
import { throwIfAborted, withTimeout, type Clock } from '../time/clock.ts'

/** The response of `GET /hello`. */
export interface ServerInfo {
  name?: string
  version?: string
  /** The names of the extensions to the Chat API that the server supports. Empty for the hosted service. */
  capabilities: readonly string[]
  bot?: { id: string; name?: string; pictureUrl?: string }
}

export interface ServerCapabilities {
  /** Fetches `/hello` once per client, and again only after a temporary error. */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
  /** Resolves when `/hello` was fetched or has failed. Rejects only with the signal's reason. */
  whenLoaded: (signal?: AbortSignal) => Promise<void>
  /** Whether the server has the capability; false until `/hello` was fetched. */
  has: (capability: string) => boolean
  /** The bot's user id; undefined until `/hello` was fetched. */
  botId: () => string | undefined
}

const operation = 'getServerInfo'

export function createServerCapabilities(
  send: SendRequest,
  defaults: { timeoutMs: number; clock: Clock },
): ServerCapabilities {
  const { clock } = defaults
  let pending: Promise<ServerInfo> | undefined
  let loaded: ServerInfo | undefined

  async function load(): Promise<ServerInfo> {
    try {
      const request = { ...defaults, operation, method: 'GET', path: '/hello' }
      return (loaded = await send(request, async (response) => {
        const body = await parseBody(operation, response, clock.now())
        // The hosted service responds with plain text. HTML comes from a proxy or captive portal.
        if (!body && response.headers.get('content-type')?.includes('html'))
          throw unexpectedResponse(operation, response, clock.now())
        const capabilities = body?.['capabilities']
        return { ...body, capabilities: Array.isArray(capabilities) ? capabilities : [] }
      }))
    } catch (error) {
      if (isRetryable(error)) pending = undefined
      throw error
    }
  }

  const serverInfo: ServerCapabilities['serverInfo'] = ({ signal, timeoutMs = defaults.timeoutMs } = {}) =>
    withTimeout({ operation, clock, signal, timeoutMs }, () => (pending ??= load()))

  return {
    serverInfo,
    async whenLoaded(signal) {
      await serverInfo({ signal }).catch(() => throwIfAborted(signal))
    },
    has: (capability) => loaded?.capabilities.includes(capability) ?? false,
    botId: () => loaded?.bot?.id,
  }
}
