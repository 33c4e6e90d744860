import type { ChatMessage, ConversationConnection, StoredMessage } from '@parley/rx'
import type { ChatSession } from './chat-mode.ts'
import type { ChatView } from './chat-view.ts'
import { displayName } from './display-name.ts'
import { payloadSummary, payloadText } from './text/payload-text.ts'
import { sanitizeLine } from './text/sanitize.ts'
import { createTranscript } from './transcript.ts'

export interface LinePrinter {
  /** Prints what is new: messages on stdout, trouble on stderr. */
  print: (view: ChatView) => void
  /** Whether the server refused a message. */
  hasFailed: () => boolean
}

/** Prints a chat on paper: nothing is taken back. With `--json` the signals are printed in place of the messages. */
export function createLinePrinter({ me, bot, options, io }: ChatSession): LinePrinter {
  const transcript = createTranscript(options.historyCount)
  const failed = new Set<string>()
  let isInTrouble = false

  const warn = (text: string): void => {
    io.stderr.write(`parley: ${sanitizeLine(text)}\n`)
  }

  function tellConnection(connection: ConversationConnection): void {
    const { state } = connection
    if (isInTrouble && state === 'online') {
      isInTrouble = false
      warn('The connection is back.')
    } else if (!isInTrouble && (state === 'reconnecting' || state === 'offline')) {
      isInTrouble = true
      warn(`${state === 'reconnecting' ? connection.cause.message : 'There is no network.'} Trying again.`)
    }
  }

  function tellFailure({ key, payload, ...message }: ChatMessage): void {
    if (message.status !== 'failed' || failed.has(key)) return
    failed.add(key)
    const text = payloadSummary(payload, 80)
    warn(`${message.error?.message ?? 'Unable to create message.'} The message: ${text}`)
  }

  function printMessage({ userId, payload }: StoredMessage, view: ChatView): void {
    const name = displayName(userId, { myId: me.user.id, bot, participants: view.participants })
    io.stdout.write(`${name}: ${payloadText(payload).replaceAll('\n', '\n  ')}\n`)
  }

  return {
    print(view) {
      tellConnection(view.connection)
      view.messages.forEach(tellFailure)
      if (!view.isLoaded || options.isJson) return
      for (const message of transcript.update(view.messages).added) printMessage(message, view)
    },
    hasFailed: () => failed.size > 0,
  }
}
