import { unableTo } from '../errors/unable-to.ts'
import { readObject, unexpectedAnswer } from '../http/read-answer.ts'
import type { Requester } from '../http/requester.ts'
import { mayPass } from '../http/retry.ts'
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
  /** Resolves where the server names the ability; rejects where it does not, or where that cannot be known now. */
  require: (operation: string, ability: string, options?: CallOptions) => Promise<void>
  /** Whether the server names the ability, as far as is known by now. */
  has: (ability: string) => boolean
  /** The bot's id as a user, as far as is known by now. */
  botId: () => string | undefined
}

const name = 'sayHello'

export function createAbilities(send: Requester, defaults: { timeoutMs: number; clock: Clock }): Abilities {
  const { clock } = defaults
  let reading: Promise<Hello> | undefined
  let known: Hello | undefined

  async function read(): Promise<Hello> {
    try {
      return (known = await send({ ...defaults, name, method: 'GET', path: '/hello' }, (response) =>
        readHello(response, clock.now()),
      ))
    } catch (error) {
      if (mayPass(error)) reading = undefined
      throw error
    }
  }

  const hello: Abilities['hello'] = ({ signal, timeoutMs = defaults.timeoutMs } = {}) =>
    within({ name, clock, signal, timeoutMs }, () => (reading ??= read()))

  return {
    hello,
    async settle(signal) {
      await hello({ signal }).catch(() => signal?.throwIfAborted())
    },
    async require(operation, ability, options) {
      const { abilities } = await hello(options)
      if (!abilities.includes(ability))
        throw unableTo(operation, 'MethodNotFound', `the server lacks the ability "${ability}".`)
    },
    has: (ability) => known?.abilities.includes(ability) ?? false,
    botId: () => known?.bot?.id,
  }
}

async function readHello(response: Response, now: number): Promise<Hello> {
  const answer = await readObject(name, response, now)
  if (answer) return { ...answer, abilities: Array.isArray(answer['abilities']) ? answer['abilities'] : [] }
  // The hosted service greets in plain text; a page is somebody else's.
  if (response.headers.get('content-type')?.includes('html')) throw unexpectedAnswer(name, response, now)
  return { abilities: [] }
}
