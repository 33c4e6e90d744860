import { pino } from 'pino'

/** The log of the server. Accepts a pino logger. Never receives user keys, secrets or the content of messages. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Creates a logger that writes JSON lines to stderr. */
export function createLogger(): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
