import type { ChatMessage, ConversationConnection, StoredMessage } from '@parley/rx'
import type { ChatSession } from './chat-mode.ts'
import type { ChatView } from './chat-view.ts'
import { displayName } from './display-name.ts'
import { payloadSummary, payloadText } from './text/payload-text.ts'
import { sanitizeLine } from './text/sanitize.ts'
import { createTranscript } from './transcript.ts'

export interface LinePrinter {
  /** Prints new messages on stdout, and failures on stderr. */
  print: (view: ChatView) => void
  /** Whether the server rejected a message. */
  hasFailed: () => boolean
}

/** Creates an append-only printer. Prints no messages with `--json`, because the signals are printed instead. */
export function createLinePrinter({ me, bot, options, io }: ChatSession): LinePrinter {
  const transcript = createTranscript(options.historyCount)
  const failedKeys = new Set<string>()
  let isDisconnected = false

  const warn = (text: string): void => {
    io.stderr.write(`parley: ${sanitizeLine(text)}\n`)
  }

  function reportConnection(connection: ConversationConnection): void {
    const { state } = connection
    if (isDisconnected && state === 'online') {
      isDisconnected = false
      warn('Reconnected.')
    } else if (!isDisconnected && (state === 'reconnecting' || state === 'offline')) {
      isDisconnected = true
      warn(
        `${state === 'reconnecting' ? connection.cause.message : 'The network is unavailable.'} Reconnecting.`,
      )
    }
  }

  function reportFailure({ key, payload, ...message }: ChatMessage): void {
    if (message.status !== 'failed' || failedKeys.has(key)) return
    failedKeys.add(key)
    const text = payloadSummary(payload, 80)
    warn(`${message.error?.message ?? 'Unable to send a message.'} Message: ${text}`)
  }

  function printMessage({ userId, payload }: StoredMessage, view: ChatView): void {
    const name = displayName(userId, { myId: me.user.id, bot, participants: view.participants })
    io.stdout.write(`${name}: ${payloadText(payload).replaceAll('\n', '\n  ')}\n`)
  }

  return {
    print(view) {
      reportConnection(view.connection)
      view.messages.forEach(reportFailure)
      if (!view.isLoaded || options.isJson) return
      for (const message of transcript.update(view.messages).added) printMessage(message, view)
    },
    hasFailed: () => failedKeys.size > 0,
  }
}
