/**
 * The Chat API, self-hosted: one process, one SQLite file, any number of bots.
 *
 * ```ts
 * import { createServer, defineBot } from '@parley/server'
 *
 * const bot = defineBot({
 *   name: 'Echo',
 *   onMessage: ({ message, reply }) => reply(message.payload),
 * })
 * const chat = await createServer({ data: './parley.db', bots: { demo: { bot } } })
 * const { origin } = await chat.listen({ port: 3000 })
 * console.log(`${origin}/demo`)
 * ```
 *
 * - `createServer`: runs the API in any Node program
 * - `defineBot` and its types: the handlers of a bot
 */
export type {
  BotDefinition,
  EventTurn,
  FailedTurn,
  HistoryMessage,
  HistoryOptions,
  MessageStream,
  MessageTurn,
  PipeOptions,
  StreamPart,
  TextSource,
  Turn,
} from './bots/bot-definition.ts'
export { defineBot } from './bots/bot-definition.ts'
export type { BotHandle } from './bots/bot-writer.ts'
export { createServer, type ChatServer, type NodeHandlers } from './create-server.ts'
export { createLogger, type Logger } from './logger.ts'
export type { BotOptions, ListenOptions, ServerOptions } from './server-options.ts'
export { version } from './version.ts'
