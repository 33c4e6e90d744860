import { unableTo } from '../errors/unable-to.ts'
import { readObject } from '../http/read-answer.ts'
import { createUserKey, type UserKeySource } from '../http/user-key.ts'
import { listen } from '../stream/listen.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import type { ConnectedUser } from './connected-user.ts'
import { connectVisitor, type Connected, type Profile, type GuestStorageOptions } from './guest.ts'
import { createMethods } from './methods.ts'

/** Whom to connect as, and what they say of themselves: given fields are stored, also for a user who exists already. */
export type ConnectOptions = Omit<CallOptions, 'idempotencyKey'> & Profile & (GuestOptions | UserKeyOptions)

/** Someone new, or whom the storage remembers. */
export interface GuestOptions extends GuestStorageOptions {
  userKey?: never
}

/** The user whom a key names; made where they do not exist yet. */
export interface UserKeyOptions {
  /** The key, or a function that gives it. The function is asked again when a key is refused, once for all waiting calls. */
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
    throw unableTo('connect', 'InvalidIdentifier', '"userKey" is empty. Leave it out for a new visitor.')
  const { user, userKey } = source
    ? await connectHolder(client, source, profile, callOptions)
    : await connectVisitor(client, { id, storage }, profile, callOptions)

  const who = { userId: user.id, userKey }
  return {
    ...createMethods<Schemas>(client, userKey),
    url: client.url,
    user,
    get userKey() {
      return userKey.latest
    },
    listenConversation: ({ id: conversationId, ...listenOptions }) =>
      listen(client, { name: 'listenConversation', conversationId, ...who }, listenOptions),
    listenUser: (listenOptions = {}) => listen(client, { name: 'listenUser', ...who }, listenOptions),
    async sendTyping(input, sendOptions = {}) {
      const name = 'sendTyping'
      // Once: a late one would be wrong.
      await client.send(name, input, { ...sendOptions, userKey, attempts: 1 }, (response) =>
        readObject(name, response, client.clock.now()),
      )
    },
    serverInfo: client.capabilities.serverInfo,
  }
}

async function connectHolder(
  client: Client,
  source: UserKeySource,
  profile: Profile,
  callOptions: CallOptions,
): Promise<Connected> {
  const userKey = createUserKey(source)
  const { user } = await client.call('getOrCreateUser', profile, { ...callOptions, userKey })
  return { user, userKey }
}
