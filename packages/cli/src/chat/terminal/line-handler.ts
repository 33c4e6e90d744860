import type { Payload } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import type { ChatSession } from '../chat-mode.ts'
import { numberedReplies, type Reply } from '../text/payload-text.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate } from '../text/split-graphemes.ts'
import { commandHelp, parseCommand } from './command.ts'
import { printError, printNote } from './print-note.ts'
import type { Renderer } from './renderer.ts'
import type { Row } from './row.ts'
import type { StopControl } from './stop-control.ts'

/** Creates a function that runs each entered line: sends it as a message, or executes its command. */
export function createLineHandler(
  { me, conversation }: ChatSession,
  { renderer, stopControl, exit }: { renderer: Renderer; stopControl: StopControl; exit: () => void },
): (line: string) => void {
  function send(payload: Payload): void {
    // The failed message itself shows the error.
    conversation.send(payload).catch(() => {})
  }

  /** Returns the reply for a number, if the newest message offers numbered replies. */
  function findReply(text: string): Reply | undefined {
    const newest = renderer.view?.messages.findLast(({ status }) => status !== 'streaming')
    if (newest?.status !== 'sent' || newest.userId === me.user.id || !/^\d+$/.test(text.trim()))
      return undefined
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
