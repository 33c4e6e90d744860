import type { AppSchemas } from '../app/app-schemas.ts'
import { fitAnswer, fitInput } from '../app/fit.ts'
import type { Operation, OperationResult } from '../contract/operation-types.ts'
import { operations, type OperationName } from '../contract/operations.ts'
import { placeInput } from '../http/place-input.ts'
import { readAnswer } from '../http/read-answer.ts'
import { createRequester, type Read } from '../http/requester.ts'
import type { UserKey } from '../http/user-key.ts'
import { systemClock, type Clock } from '../time/clock.ts'
import type { CallOptions } from './call-options.ts'
import type { ChatOptions } from './chat-options.ts'
import { createAbilities, type Abilities } from './hello.ts'

/** What a chat and its users share: one server, and how to talk to it. */
export interface Client {
  readonly url: string
  readonly clock: Clock
  readonly silenceMs: number
  readonly schemas: AppSchemas | undefined
  readonly abilities: Abilities
  /** Sends an operation's request, and gives what `read` makes of the answer. */
  send: <T>(name: OperationName, input: object, options: SendOptions, read: Read<T>) => Promise<T>
  /** Calls an operation by its name, and gives its answer as it came. */
  call: <Name extends OperationName>(
    name: Name,
    input: object,
    options: SendOptions,
  ) => Promise<OperationResult<Name>>
}

interface SendOptions extends CallOptions {
  userKey?: UserKey
  headers?: Record<string, string>
}

export function createClient(options: ChatOptions): Client {
  const {
    clock = systemClock,
    timeoutMs = 30_000,
    silenceMs = 60_000,
    random = Math.random,
    fetch,
    schemas,
  } = options
  const url = (options.url ?? `https://chat.botpress.cloud/${encodeURIComponent(options.webhookId)}`).replace(
    /\/+$/,
    '',
  )
  const retry = { attempts: 3, baseDelayMs: 300, maxDelayMs: 30_000, random, ...options.retry }
  const request = createRequester({ url, fetch, clock, retry })
  const abilities = createAbilities(request, { timeoutMs, clock })

  const send: Client['send'] = (name, input, sendOptions, read) => {
    const operation: Operation = operations[name]
    const { method } = operation
    const placed = placeInput(name, operation, { ...input })
    return request(
      { name, method, ...placed, ...sendOptions, timeoutMs: sendOptions.timeoutMs ?? timeoutMs },
      read,
    )
  }

  const call: Client['call'] = async (name, input, sendOptions) => {
    if (schemas) await fitInput(name, { ...input }, schemas)
    // Asked beside the first request, so that nothing that needs it later has to wait.
    void abilities.settle()
    const answer = await send(name, input, sendOptions, (response) =>
      readAnswer(name, operations[name], response, clock.now()),
    )
    if (schemas) await fitAnswer(name, answer, schemas)
    // The inside of an answer is the server's word: to check it would bring a schema library into every browser.
    return answer as OperationResult<typeof name>
  }

  return { url, clock, silenceMs, schemas, abilities, send, call }
}
