import type { Payload } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import type { ChatSession } from '../chat-mode.ts'
import { numberedReplies, type Reply } from '../text/payload-text.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate } from '../text/split-graphemes.ts'
import { wrapText } from '../text/wrap-text.ts'
import { commandHelp, parseCommand } from './command.ts'
import type { Renderer } from './renderer.ts'
import type { Row } from './row.ts'

/** Does what the lines say that the user types. */
export function createLineHandler(
  { me, conversation }: ChatSession,
  { renderer, leave }: { renderer: Renderer; leave: () => void },
): (line: string) => void {
  function note(...lines: string[]): void {
    renderer.print((width) =>
      lines.flatMap((line) => wrapText(line, { width })).map((text): Row => [{ text, style: 'dim' }]),
    )
  }

  function send(payload: Payload): void {
    // A failure is shown with the message.
    conversation.send(payload).catch(() => {})
  }

  /** What a number stands for, where the newest message asks for one. */
  function replyFor(text: string): Reply | undefined {
    const newest = renderer.view?.messages.findLast(({ status }) => status !== 'streaming')
    if (newest?.status !== 'sent' || newest.userId === me.user.id || !/^\d+$/.test(text.trim()))
      return undefined
    return numberedReplies(newest.payload)[Number(text) - 1]
  }

  function failed(): readonly ChatMessage[] {
    const messages = renderer.view?.messages.filter(({ status }) => status === 'failed') ?? []
    if (messages.length === 0) note('No message has failed.')
    return messages
  }

  function showOlder(): boolean {
    const older = renderer.transcript.showOlder(renderer.view?.messages ?? [])
    if (older.length === 0) return false
    const rule = (text: string, width: number): Row => [
      { text: truncate(`── ${text} ──`, width), style: 'dim' },
    ]
    renderer.print((width) => [
      rule('earlier messages', width),
      ...older.flatMap((message) => renderer.rowsOf(message, width)),
      rule('end of the earlier messages', width),
    ])
    return true
  }

  async function older(): Promise<void> {
    if (!renderer.view?.isLoaded) return note('The newest messages have yet to come.')
    if (showOlder()) return
    try {
      await conversation.loadOlder()
      if (!showOlder()) note('There are no earlier messages.')
    } catch (error) {
      note(sanitizeLine(error instanceof Error ? error.message : String(error)))
    }
  }

  return (line) => {
    const command = parseCommand(line)
    switch (command.type) {
      case 'say':
        send(replyFor(command.text) ?? { type: 'text', text: command.text })
        break
      case 'older':
        void older()
        break
      case 'retry':
        for (const { key } of failed()) conversation.retry(key).catch(() => {})
        break
      case 'discard':
        for (const { key } of failed()) conversation.discard(key)
        break
      case 'help':
        note(...commandHelp)
        break
      case 'quit':
        leave()
        break
      case 'unknown':
        note(
          `There is no command ${sanitizeLine(command.name)}; see /help. To say it, begin with two slashes.`,
        )
        break
      case 'nothing':
        if (renderer.view?.connection.state === 'reconnecting') conversation.reconnectNow()
        break
    }
  }
}
