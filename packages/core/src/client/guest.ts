import type { User } from '../contract/models.ts'
import type { OperationInput } from '../contract/operation-types.ts'
import { isChatError } from '../errors/chat-error.ts'
import { createUserKey, type UserKey } from '../http/user-key.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import type { StorageOption, KeyValueStorage } from './storage-option.ts'

/** What a user may say of themselves. */
export type Profile = OperationInput<'updateUser'>

/** The part of `localStorage` that keeps a visitor's key; its methods may also return promises. */
export type GuestKeyStorage = KeyValueStorage

export interface GuestStorageOptions {
  /** The id that a new visitor is to have. Default: the server makes one. */
  id?: string | undefined
  /**
   * Stores the visitor's key, so that a returning visitor keeps the same user. `'local'` is the page's `localStorage`.
   * If the server refuses the key or its user was deleted, a new visitor is created. A storage that fails or is blocked
   * counts as empty.
   */
  storage?: StorageOption<GuestKeyStorage> | undefined
}

/** A user and the key that their calls are signed with. */
export interface Connected {
  user: User
  userKey: UserKey
}

/** The visitor whom the storage remembers, or a new one whom it is to remember. */
export async function connectVisitor(
  client: Client,
  { id, storage }: GuestStorageOptions,
  profile: Profile,
  callOptions: CallOptions,
): Promise<Connected> {
  const open = (): GuestKeyStorage | undefined =>
    storage === 'local' ? localStorage : storage instanceof Function ? storage() : storage
  // The session of `@parley/rx` reads the same entry.
  const place = `parley:${client.url}`
  const stored = await attempt(() => open()?.getItem(place))
  const known = stored && (await recall(client, stored, callOptions))
  if (known && (id === undefined || id === known.user.id)) return update(client, known, profile, callOptions)

  const { user, key } = await client.call('createUser', { ...profile, id }, callOptions)
  // A full or forbidden storage: the visitor is there all the same, and only will not be remembered.
  await attempt(() => open()?.setItem(place, key))
  return { user, userKey: createUserKey(key) }
}

/** The user of a stored key; undefined if the key is of no more use. */
async function recall(client: Client, key: string, callOptions: CallOptions): Promise<Connected | undefined> {
  const userKey = createUserKey(key)
  try {
    return { ...(await client.call('getUser', {}, { ...callOptions, userKey })), userKey }
  } catch (error) {
    if (isChatError(error) && (error.type === 'Unauthorized' || error.type === 'ResourceNotFound'))
      return undefined
    throw error
  }
}

const profileFields = ['name', 'pictureUrl', 'profile'] as const

/** Stores what is new in the profile of someone who came back. */
async function update(
  client: Client,
  known: Connected,
  profile: Profile,
  callOptions: CallOptions,
): Promise<Connected> {
  const { user, userKey } = known
  if (profileFields.every((field) => (profile[field] ?? user[field]) === user[field])) return known
  return { ...(await client.call('updateUser', profile, { ...callOptions, userKey })), userKey }
}

async function attempt<T>(work: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}
