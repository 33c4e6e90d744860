import { unableTo } from '../errors/unable-to.ts'
import { readObject, unexpectedResponse } from '../http/read-answer.ts'
import type { Requester } from '../http/requester.ts'
import { isRetryable } from '../http/retry.ts'
import type { Clock } from '../time/clock.ts'
import { within } from '../time/within.ts'
import type { CallOptions } from './call-options.ts'

/** What a server says of itself. */
export interface ServerInfo {
  name?: string
  version?: string
  /** What it can do beyond the Chat API, by name. None where it does not say so, as with the hosted service. */
  capabilities: readonly string[]
  bot?: { id: string; name?: string; pictureUrl?: string }
}

export interface ServerCapabilities {
  /** Reads `/hello`: once for a client, unless it failed for a reason that may pass. */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
  /** Resolves when `/hello` was read or failed; rejects only with the signal's reason. */
  loaded: (signal?: AbortSignal) => Promise<void>
  /** Resolves where the server names the capability; rejects where it does not, or where that cannot be known now. */
  assertSupported: (operation: string, capability: string, options?: CallOptions) => Promise<void>
  /** Whether the server names the capability, as far as is known by now. */
  has: (capability: string) => boolean
  /** The bot's id as a user, as far as is known by now. */
  botId: () => string | undefined
}

const name = 'sayHello'

export function createServerCapabilities(
  send: Requester,
  defaults: { timeoutMs: number; clock: Clock },
): ServerCapabilities {
  const { clock } = defaults
  let reading: Promise<ServerInfo> | undefined
  let known: ServerInfo | undefined

  async function read(): Promise<ServerInfo> {
    try {
      return (known = await send({ ...defaults, name, method: 'GET', path: '/hello' }, (response) =>
        readHello(response, clock.now()),
      ))
    } catch (error) {
      if (isRetryable(error)) reading = undefined
      throw error
    }
  }

  const hello: ServerCapabilities['serverInfo'] = ({ signal, timeoutMs = defaults.timeoutMs } = {}) =>
    within({ name, clock, signal, timeoutMs }, () => (reading ??= read()))

  return {
    serverInfo: hello,
    async loaded(signal) {
      await hello({ signal }).catch(() => signal?.throwIfAborted())
    },
    async assertSupported(operation, capability, options) {
      const { capabilities } = await hello(options)
      if (!capabilities.includes(capability))
        throw unableTo(operation, 'MethodNotFound', `the server lacks the capability "${capability}".`)
    },
    has: (capability) => known?.capabilities.includes(capability) ?? false,
    botId: () => known?.bot?.id,
  }
}

async function readHello(response: Response, now: number): Promise<ServerInfo> {
  const answer = await readObject(name, response, now)
  if (answer)
    return { ...answer, capabilities: Array.isArray(answer['capabilities']) ? answer['capabilities'] : [] }
  // The hosted service greets in plain text; a page is somebody else's.
  if (response.headers.get('content-type')?.includes('html')) throw unexpectedResponse(name, response, now)
  return { capabilities: [] }
}
