import { errorTypes } from '../contract/error-types.ts'
import { isChatError } from '../errors/chat-error.ts'
import { readObject, unexpectedAnswer } from '../http/read-answer.ts'
import type { Requester } from '../http/requester.ts'
import type { Clock } from '../time/clock.ts'
import { within } from '../time/within.ts'
import type { CallOptions } from './call-options.ts'

/** What a server says of itself. */
export interface Hello {
  name?: string
  version?: string
  /** What it can do beyond the Chat API, by name. None where it does not say so, as with the hosted service. */
  abilities: readonly string[]
  bot?: { id: string; name?: string; pictureUrl?: string }
}

export interface Abilities {
  /** Reads `/hello`: once for a client, unless it failed for a reason that may pass. */
  hello: (options?: CallOptions) => Promise<Hello>
  /** Resolves when `/hello` was read or failed; rejects only with the signal's reason. */
  settle: (signal?: AbortSignal) => Promise<void>
  /** Whether the server names the ability, as far as is known by now. */
  has: (ability: string) => boolean
}

const name = 'sayHello'

export function createAbilities(send: Requester, defaults: { timeoutMs: number; clock: Clock }): Abilities {
  const { clock } = defaults
  let reading: Promise<Hello> | undefined
  let known: Hello | undefined

  async function read(): Promise<Hello> {
    try {
      known = await send({ name, method: 'GET', path: '/hello', timeoutMs: defaults.timeoutMs }, (response) =>
        readHello(response, clock.now()),
      )
      return known
    } catch (error) {
      if (isChatError(error) && errorTypes[error.type].isRetryable) reading = undefined
      throw error
    }
  }

  const hello: Abilities['hello'] = ({ signal, timeoutMs = defaults.timeoutMs } = {}) =>
    within({ name, clock, signal, timeoutMs }, () => (reading ??= read()))

  return {
    hello,
    settle: (signal) =>
      hello({ signal }).then(
        () => {},
        () => signal?.throwIfAborted(),
      ),
    has: (ability) => known?.abilities.includes(ability) ?? false,
  }
}

async function readHello(response: Response, now: number): Promise<Hello> {
  const answer = await readObject(name, response, now)
  if (answer) return { ...answer, abilities: Array.isArray(answer['abilities']) ? answer['abilities'] : [] }
  // The hosted service greets in plain text; a page is somebody else's.
  if (response.headers.get('content-type')?.includes('html')) throw unexpectedAnswer(name, response, now)
  return { abilities: [] }
}
