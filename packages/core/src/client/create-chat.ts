import type { CustomSchemas, NoSchemas } from '../custom-types/custom-schemas.ts'
import { within } from '../time/within.ts'
import type { CallOptions } from './call-options.ts'
import type { ChatOptions } from './chat-options.ts'
import { createClient } from './client.ts'
import { connectUser, type ConnectOptions } from './connect.ts'
import type { ConnectedUser } from './connected-user.ts'
import type { Method } from './methods.ts'
import type { ServerInfo } from './server-info.ts'

/** One bot's chat: where users come from. */
export interface Chat<Schemas extends CustomSchemas = NoSchemas> {
  /** The base URL of the bot. */
  readonly url: string

  /**
   * Becomes a user: a new one, the holder of a key, or the visitor whom a storage remembers.
   *
   * @throws ChatError: `Unauthorized` where the server's operator signs the keys and none was given, or it was refused.
   */
  connect: (options?: ConnectOptions) => Promise<ConnectedUser<Schemas>>

  /**
   * Creates a user and returns their key. Without an `id` the server makes one.
   *
   * @throws ChatError: `AlreadyExists` for a taken id; `Unauthorized` where the server's operator signs the keys.
   */
  createUser: Method<'createUser'>

  /**
   * What the server says of itself: its name, and what it can do beyond the Chat API. Read once; later calls get the same.
   *
   * @throws ChatError where the server cannot be reached or knows no such bot.
   */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
}

/**
 * Creates the client of one bot's chat. Nothing is sent until something is asked of it.
 *
 * @throws ChatError of type `InvalidIdentifier` without a valid `url` or `webhookId`.
 */
export function createChat<Schemas extends CustomSchemas = NoSchemas>(
  options: ChatOptions<Schemas>,
): Chat<Schemas> {
  const client = createClient(options)
  let visitors: Promise<unknown> = Promise.resolve()

  return {
    url: client.url,

    async connect(connectOptions = {}) {
      const { storage, signal } = connectOptions
      if (!storage) return connectUser<Schemas>(client, connectOptions)
      // Two at once, as by React's StrictMode, are to find one visitor and not to make two.
      const former = visitors
      const connected = within(
        { ...client, name: 'connect', signal, timeoutMs: Infinity },
        () => former,
      ).then(() => connectUser<Schemas>(client, connectOptions))
      visitors = connected.catch(() => {})
      return connected
    },

    createUser: (input = {}, callOptions = {}) => client.call('createUser', input, callOptions),
    serverInfo: client.capabilities.serverInfo,
  }
}
