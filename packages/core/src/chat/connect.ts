import type { Client } from '../client/client.ts'
import { createMethods, type Methods } from '../client/methods.ts'
import type { ServerInfo } from '../client/server-info.ts'
import type { ExtensionName } from '../contract/extensions.ts'
import type { User } from '../contract/models.ts'
import type { NoSchemas, WithCustomTypes } from '../custom-types/custom-types.ts'
import { operationError } from '../errors/chat-error.ts'
import { parseBody } from '../http/parse-response.ts'
import { createUserKey, type CallOptions, type UserKeySource } from '../http/send-request.ts'
import type { ChatSignal, UserSignal } from '../stream/chat-signal.ts'
import { createSignalStream, type StreamOptions, type UserStreamOptions } from '../stream/signal-stream.ts'
import { connectGuest, type GuestStorageOptions, type Profile } from './guest.ts'

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
   * calls share that call. A call that times out meanwhile gives it up: the next one calls the function again.
   */
  userKey: UserKeySource
  id?: never
  storage?: never
}

/** A connected user, with one method per operation. */
export interface ConnectedUser<Schemas = NoSchemas> extends Methods<Schemas> {
  /** The base URL of the chat. Together with the user's id, it identifies the user globally. */
  readonly url: string
  /** The user at the time of connecting. Later updates do not change it. */
  readonly user: User
  /** The key that is sent with the user's calls now. */
  readonly userKey: string

  /**
   * Streams the signals of a conversation, in server order, each once. Each iteration opens its own stream.
   *
   * Reconnects indefinitely; ends when `signal` aborts or the loop is left. After a reconnect, missed signals come
   * first, by replay or from `listMessages`; a `discontinuity` precedes them if some may be missing.
   * Wire: `GET /conversations/{id}/listen` (SSE).
   *
   * @throws ChatError for permanent errors: `Unauthorized` (also with a new key), `Forbidden` (the user is not, or no
   * longer, a participant, or the conversation was deleted), `ResourceNotFound`, `ResourceGone`. Network failures are
   * retried.
   */
  listenConversation: (options: StreamOptions) => AsyncIterable<WithCustomTypes<ChatSignal, Schemas>>

  /**
   * Streams the signals of all conversations of the user on one connection, and when conversations are added or
   * removed. Reconnects like `listenConversation`. A gap without replay is reported, never backfilled.
   * Wire: `GET /users/me/listen` (SSE).
   *
   * @throws ChatError like `listenConversation`; `MethodNotFound` if the server lacks the capability `user-stream`.
   */
  listenUser: (options?: UserStreamOptions) => AsyncIterable<WithCustomTypes<UserSignal, Schemas>>

  /**
   * Shows the other participants that the user is typing, for 6 s. Never retried, as a late signal would be wrong.
   * Wire: `PUT /conversations/{conversationId}/typing`.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `typing`.
   */
  sendTyping: (input: { conversationId: string }, options?: CallOptions) => Promise<void>

  /**
   * Stops the bot's running turn in a conversation. A message that is streaming is stored with its text so far and
   * `metadata.stopped: true`, before this resolves. Has no effect if nothing is running. Retried only if the server did
   * not process it, as a late retry would stop the next turn.
   * Wire: `POST /conversations/{conversationId}/stop`.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `stop`.
   */
  stop: (input: { conversationId: string }, options?: CallOptions) => Promise<void>

  /**
   * Returns the server's name, version and capabilities. Fetched once; later calls return the cached result.
   * Wire: `GET /hello`.
   *
   * @throws ChatError if the server cannot be reached or has no such bot.
   */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
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
  const ownKey = source && createUserKey(source)
  const { user, userKey } = ownKey
    ? {
        ...(await client.call('getOrCreateUser', profile, { ...callOptions, userKey: ownKey })),
        userKey: ownKey,
      }
    : await connectGuest(client, { id, storage }, profile, callOptions)

  async function callExtension(
    name: ExtensionName,
    input: object,
    sendOptions: CallOptions & { attempts?: number },
  ): Promise<void> {
    await client.send(name, input, { ...sendOptions, userKey }, (response) =>
      parseBody(name, response, client.clock.now()),
    )
  }
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
    // No retries: a late typing signal would be wrong.
    sendTyping: (input, sendOptions) => callExtension('sendTyping', input, { ...sendOptions, attempts: 1 }),
    stop: (input, sendOptions) => callExtension('stop', input, { ...sendOptions }),
    serverInfo: client.capabilities.serverInfo,
  }
}
