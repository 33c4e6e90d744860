import { createUserKey, type UserKeySource } from '../http/user-key.ts'
import { listenConversation } from '../stream/listen.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import type { ConnectedUser } from './connected-user.ts'
import { createMethods } from './methods.ts'
import { connectVisitor, type Connected, type Profile, type VisitorOptions } from './visitor.ts'

/** Whom to connect as, and what they say of themselves: given fields are stored, also for a user who exists already. */
export type ConnectOptions = CallOptions & Profile & (Visitor | KeyHolder)

/** Someone new, or whom the storage remembers. */
export interface Visitor extends VisitorOptions {
  userKey?: never
}

/** The user whom a key names; made where they do not exist yet. */
export interface KeyHolder {
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
  const { user, userKey } = source
    ? await connectHolder(client, source, profile, callOptions)
    : await connectVisitor(client, { id, storage }, profile, callOptions)

  return {
    ...createMethods<Schemas>(client, userKey),
    user,
    get userKey() {
      return userKey.latest
    },
    listenConversation: (listenOptions) => listenConversation<Schemas>(client, userKey, listenOptions),
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
