import { styleText } from 'node:util'
import { type DestinationStream, pino } from 'pino'

/**
 * The log of the server. Accepts a pino logger. Never receives user keys, secrets or the content of messages, except in
 * the errors of bots (`err`), which may have any properties. The default logger writes none of these.
 */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Creates a logger that writes to stderr: readable text on a terminal, and JSON lines elsewhere. */
export function createLogger(destination: DestinationStream = openStderr()): Logger {
  return pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    destination,
  )
}

/** Not pino's own destination: it blocks the process forever when the reader of a pipe is gone. */
function openStderr(): DestinationStream {
  const { stderr } = process
  // Without a listener, a log that nobody reads any more would end the process.
  if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore)
  return { write: (line) => stderr.write(stderr.isTTY ? formatLogLine(line) : line) }
}

function ignore(): void {}

/**
 * Without other properties of the error: the errors of clients for HTTP or language models contain the request, and
 * with it the messages of users or secrets.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  return { type, message, stack, code: typeof code === 'string' ? code : undefined }
}

interface LogRecord {
  level: number
  time: string
  msg: string
  err?: { message?: string; stack?: string }
  [field: string]: unknown
}

const warnLevel = 40
const errorLevel = 50

/** Formats a line of pino for people. Without pino-pretty, which has 13 dependencies. */
export function formatLogLine(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as LogRecord
  const [label, color] =
    level >= errorLevel
      ? (['error', 'red'] as const)
      : level >= warnLevel
        ? (['warn', 'yellow'] as const)
        : (['info', 'cyan'] as const)
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: process.stderr })
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${formatValue(value)}`)
  const error = err ? `\n${removeControls(err.stack ?? err.message ?? '').replaceAll(/^/gm, '  ')}` : ''
  const clock = new Date(time).toTimeString().slice(0, 8)
  const head = `${style('dim', clock)} ${style(color, label.padEnd(5))} ${removeControls(msg)}`
  return `${head}${style('dim', details.join(''))}${error}\n`
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value)
    ? value
    : removeControls(JSON.stringify(value))
}

/** Errors may quote input, which must not control the terminal. */
function removeControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- removes control characters, except tabs and line breaks
  return text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
}
