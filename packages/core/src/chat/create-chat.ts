import type { ChatOptions } from '../client/client.ts'
import { createClient } from '../client/client.ts'
import type { Method } from '../client/methods.ts'
import type { ServerInfo } from '../client/server-info.ts'
import type { CustomSchemas, NoSchemas } from '../custom-types/custom-types.ts'
import type { CallOptions } from '../http/send-request.ts'
import { withTimeout } from '../time/clock.ts'
import { connectUser, type ConnectOptions } from './connect.ts'
import type { ConnectedUser } from './connect.ts'

/** The chat of one bot, before a user is connected. */
export interface Chat<Schemas extends CustomSchemas = NoSchemas> {
  /** The base URL of the bot. */
  readonly url: string

  /**
   * Connects as a new user, as the user of a key, or as the guest whose key a storage contains.
   *
   * @throws ChatError of type `Unauthorized` if the server rejected the key, or if its operator issues the keys and
   * none was passed.
   */
  connect: (options?: ConnectOptions) => Promise<ConnectedUser<Schemas>>

  /**
   * Creates a user and returns their key. Without an `id`, the server generates one.
   *
   * @throws ChatError: `AlreadyExists` if the id is taken; `Unauthorized` if the server's operator issues the keys.
   */
  createUser: Method<'createUser'>

  /**
   * Returns the server's name, version and capabilities. Fetched once; later calls return the cached result.
   * Wire: `GET /hello`.
   *
   * @throws ChatError if the server cannot be reached or has no such bot.
   */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
}

/**
 * Creates the client of one bot's chat. Sends nothing before the first call.
 *
 * @throws ChatError of type `InvalidIdentifier` without a valid `url` or `webhookId`.
 */
export function createChat<Schemas extends CustomSchemas = NoSchemas>(
  options: ChatOptions<Schemas>,
): Chat<Schemas> {
  const client = createClient(options)
  let guestConnects: Promise<unknown> = Promise.resolve()

  return {
    url: client.url,

    async connect(connectOptions = {}) {
      const { storage, signal } = connectOptions
      if (!storage) return connectUser<Schemas>(client, connectOptions)
      // Run one after the other: concurrent calls, as under React's StrictMode, must not create two guests.
      const previous = guestConnects
      const connected = withTimeout(
        { ...client, operation: 'connect', signal, timeoutMs: Infinity },
        () => previous,
      ).then(() => connectUser<Schemas>(client, connectOptions))
      guestConnects = connected.catch(() => {})
      return connected
    },

    createUser: (input = {}, callOptions = {}) => client.call('createUser', input, callOptions),
    serverInfo: client.capabilities.serverInfo,
  }
}
