import type { Payload } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import type { ChatSession } from '../chat-session.ts'
import { numberedReplies, type Reply } from '../text/payload-text.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate } from '../text/wrap-text.ts'
import { printError, printNote, type Renderer } from './renderer.ts'
import type { Row } from './terminal-writer.ts'

/** Creates a function that runs each entered line: sends it as a message, or executes its command. */
export function createLineHandler(
  { conversation }: ChatSession,
  { renderer, stopControl, exit }: { renderer: Renderer; stopControl: StopControl; exit: () => void },
): (line: string) => void {
  function send(payload: Payload): void {
    // The failed message itself shows the error.
    conversation.send(payload).catch(() => {})
  }

  /** Returns the reply for a number, if the newest message offers numbered replies. */
  function findReply(text: string): Reply | undefined {
    const newest = renderer.view?.messages.findLast(({ status }) => status !== 'streaming')
    if (newest?.status !== 'sent' || newest.isOwn || !/^\d+$/.test(text.trim())) return undefined
    return numberedReplies(newest.payload)[Number(text) - 1]
  }

  function getFailedMessages(): readonly ChatMessage[] {
    const messages = renderer.view?.messages.filter(({ status }) => status === 'failed') ?? []
    if (messages.length === 0) printNote(renderer, 'There are no failed messages.')
    return messages
  }

  function printLoadedOlder(): boolean {
    const older = renderer.transcript.showOlder(renderer.view?.messages ?? [])
    if (older.length === 0) return false
    const separator = (text: string, width: number): Row => [
      { text: truncate(`── ${text} ──`, width), style: 'dim' },
    ]
    renderer.print((width) => [
      separator('earlier messages', width),
      ...older.flatMap((message) => renderer.messageRows(message, width)),
      separator('end of earlier messages', width),
    ])
    return true
  }

  async function printOlder(): Promise<void> {
    if (!renderer.view?.isLoaded)
      return printNote(renderer, 'The newest messages are still loading. Try again later.')
    if (printLoadedOlder()) return
    try {
      await conversation.loadOlder()
      if (!printLoadedOlder()) printNote(renderer, 'There are no earlier messages.')
    } catch (error) {
      printError(renderer, error)
    }
  }

  return (line) => {
    const command = parseCommand(line)
    switch (command.type) {
      case 'send':
        send(findReply(command.text) ?? { type: 'text', text: command.text })
        break
      case 'older':
        void printOlder()
        break
      case 'stop':
        stopControl.stop()
        break
      case 'retry':
        for (const { key } of getFailedMessages()) conversation.retry(key).catch(() => {})
        break
      case 'discard':
        for (const { key } of getFailedMessages()) conversation.discard(key)
        break
      case 'help':
        printNote(renderer, ...commandHelp)
        break
      case 'quit':
        exit()
        break
      case 'unknown':
        printNote(
          renderer,
          `Unknown command ${sanitizeLine(command.name)}; see /help. To send it as a message, start with two slashes.`,
        )
        break
      case 'empty':
        if (renderer.view?.connection.state === 'reconnecting') conversation.reconnectNow()
        break
    }
  }
}

/** A line that the user entered: a message to send, or a command. */
export type Command =
  | { type: 'send'; text: string }
  | { type: 'older' | 'stop' | 'retry' | 'discard' | 'help' | 'quit' | 'empty' }
  | { type: 'unknown'; name: string }

const commandHelp: readonly string[] = [
  '/older     show earlier messages',
  '/stop      stop the answer, like Ctrl-C while it streams',
  '/retry     send failed messages again',
  '/discard   discard failed messages',
  '/quit      exit the chat, like Ctrl-D, and like Ctrl-C while no answer streams',
  '/help      show this help',
  'If the newest message has numbered options, enter a number to reply.',
  'To send a message that starts with a slash, type two slashes: //help',
]

const names = ['older', 'stop', 'retry', 'discard', 'help', 'quit'] as const

export function parseCommand(line: string): Command {
  const text = line.trim()
  if (text === '') return { type: 'empty' }
  if (text.startsWith('//')) return { type: 'send', text: text.slice(1) }
  if (!text.startsWith('/')) return { type: 'send', text: line }
  const type = names.find((name) => text === `/${name}`)
  return type ? { type } : { type: 'unknown', name: text }
}

/** Stops the bot's running turn, on Ctrl-C and by the command `/stop`. */
export interface StopControl {
  /** What Ctrl-C does now, for the status line. Undefined if it exits and nothing is being stopped. */
  readonly hint: string | undefined
  /** Stops the bot's running turn. Prints a failure. */
  stop: () => void
  /** Handles Ctrl-C: stops the answer that is streaming. Exits if there is none, or if it is already being stopped. */
  interrupt: () => void
}

export function createStopControl(
  { conversation, canStop }: Pick<ChatSession, 'conversation' | 'canStop'>,
  { renderer, exit }: { renderer: Pick<Renderer, 'view' | 'print' | 'draw'>; exit: () => void },
): StopControl {
  let isStopping = false

  /** Without a connection, Ctrl-C must not wait for a request that fails. */
  const stopsOnInterrupt = (): boolean =>
    canStop && renderer.view?.isAnswering === true && renderer.view.connection.state === 'online'

  async function sendStop(): Promise<void> {
    if (isStopping) return
    const isAnswering = renderer.view?.isAnswering === true
    isStopping = true
    renderer.draw()
    try {
      await conversation.stop()
      // A streaming message is marked as stopped. A turn without one ends without a trace.
      if (!isAnswering) printNote(renderer, 'The bot has stopped.')
    } catch (error) {
      printError(renderer, error)
    } finally {
      isStopping = false
      renderer.draw()
    }
  }

  return {
    get hint() {
      if (isStopping) return 'stopping… (Ctrl-C: exit)'
      return stopsOnInterrupt() ? 'Ctrl-C stops the answer' : undefined
    },
    stop() {
      void sendStop()
    },
    interrupt() {
      if (!isStopping && stopsOnInterrupt()) void sendStop()
      else exit()
    },
  }
}
