import type { BotDefinition } from '../bots/bot-definition.ts'
import { createServer, type ChatServer } from '../create-server.ts'
import type { ServerOptions } from '../server-options.ts'

export interface TestServerOptions extends Partial<ServerOptions> {
  /** The bot of the webhook id `demo`. */
  readonly bot?: BotDefinition
  readonly encryptionKey?: string
  readonly auth?: 'shared' | 'personal'
}

export interface TestServer extends AsyncDisposable {
  /** The base URL of the bot `demo`. */
  readonly url: string
  readonly origin: string
  readonly chat: ChatServer
  close(): Promise<void>
}

/** Starts a server on a free port of 127.0.0.1, with a database that ends with it unless `data` names a file. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { bot, encryptionKey, auth, ...rest } = options
  const demo = {
    ...(bot ? { bot } : {}),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(auth ? { auth } : {}),
  }
  const chat = await createServer({ data: ':memory:', ...rest, bots: { demo, ...rest.bots } })
  const { origin } = await chat.listen({ port: 0 })
  return {
    url: `${origin}/demo`,
    origin,
    chat,
    close: () => chat.close(),
    [Symbol.asyncDispose]: () => chat.close(),
  }
}
