import { operationError } from '../errors/operation-error.ts'
import { parseBody } from '../http/parse-response.ts'
import { createUserKey, type UserKeySource } from '../http/user-key.ts'
import { createSignalStream } from '../stream/signal-stream.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import type { ConnectedUser } from './connected-user.ts'
import { connectGuest, type UserWithKey, type Profile, type GuestStorageOptions } from './guest.ts'
import { createMethods } from './methods.ts'

/** The user to connect as, and their profile. Profile fields that are present are stored, also for an existing user. */
export type ConnectOptions = Omit<CallOptions, 'idempotencyKey'> & Profile & (GuestOptions | UserKeyOptions)

/** Connects as a guest: a new user, or the one whose key the storage contains. */
export interface GuestOptions extends GuestStorageOptions {
  userKey?: never
}

/** Connects as the user that a key names, and creates them if they do not exist. */
export interface UserKeyOptions {
  /**
   * The key, or a function that returns it. If the server rejects a key, the function is called once more; concurrent
   * calls share that call.
   */
  userKey: UserKeySource
  id?: never
  storage?: never
}

export async function connectUser<Schemas>(
  client: Client,
  options: ConnectOptions,
): Promise<ConnectedUser<Schemas>> {
  const { userKey: source, id, storage, signal, timeoutMs, ...profile } = options
  const callOptions = { signal, timeoutMs }
  // A key that is missing at run time must not create a new user.
  if ('userKey' in options && !source)
    throw operationError('connect', 'InvalidIdentifier', '"userKey" is empty. Omit it to connect as a guest.')
  const { user, userKey } = source
    ? await connectWithKey(client, source, profile, callOptions)
    : await connectGuest(client, { id, storage }, profile, callOptions)

  const identity = { userId: user.id, userKey }
  return {
    ...createMethods<Schemas>(client, userKey),
    url: client.url,
    user,
    get userKey() {
      return userKey.current
    },
    listenConversation: ({ id: conversationId, ...streamOptions }) =>
      createSignalStream(
        client,
        { operation: 'listenConversation', conversationId, ...identity },
        streamOptions,
      ),
    listenUser: (streamOptions = {}) =>
      createSignalStream(client, { operation: 'listenUser', ...identity }, streamOptions),
    async sendTyping(input, sendOptions = {}) {
      const name = 'sendTyping'
      // No retries: a late typing signal would be wrong.
      await client.send(name, input, { ...sendOptions, userKey, attempts: 1 }, (response) =>
        parseBody(name, response, client.clock.now()),
      )
    },
    async stop(input, sendOptions = {}) {
      const name = 'stop'
      await client.send(name, input, { ...sendOptions, userKey }, (response) =>
        parseBody(name, response, client.clock.now()),
      )
    },
    serverInfo: client.capabilities.serverInfo,
  }
}

async function connectWithKey(
  client: Client,
  source: UserKeySource,
  profile: Profile,
  callOptions: CallOptions,
): Promise<UserWithKey> {
  const userKey = createUserKey(source)
  const { user } = await client.call('getOrCreateUser', profile, { ...callOptions, userKey })
  return { user, userKey }
}
