import { createInterface } from 'node:readline'
import type { ChatMessage, ConversationConnection, StoredMessage } from '@parley/rx'
import {
  filter,
  firstValueFrom,
  map,
  merge,
  NEVER,
  Observable,
  shareReplay,
  startWith,
  switchMap,
  take,
  takeWhile,
} from 'rxjs'
import {
  type ChatMode,
  type ChatSession,
  observeChatView,
  type ChatView,
  clockTimer,
  createExitTrigger,
} from './chat-session.ts'
import { displayName } from './display-name.ts'
import { payloadSummary, payloadText } from './text/payload-text.ts'
import { toJsonLine, sanitizeLine } from './text/sanitize.ts'
import { createTranscript } from './transcript.ts'

/** Reading from stdin pauses at this number of pending messages. */
const maxPending = 100

/**
 * Prints each complete message once, and sends each line of stdin. Ends when stdin has ended, no message is pending, no
 * bot is streaming or typing, and there was no activity for `waitMs`.
 */
export const runLines: ChatMode = async (session) => {
  const { conversation, options, io } = session
  const printer = createLinePrinter(session)
  const view$ = observeChatView(conversation, io.clock).pipe(shareReplay({ bufferSize: 1, refCount: true }))
  const ended$ = merge(createExitTrigger(session, NEVER), waitForIdle(session, view$), throwWhenClosed(view$))

  const subscription = view$.subscribe(printer.print)
  if (options.isJson)
    subscription.add(conversation.signals$.subscribe((signal) => io.stdout.write(`${toJsonLine(signal)}\n`)))
  try {
    await firstValueFrom(ended$)
    return printer.hasFailed() ? 1 : 0
  } finally {
    subscription.unsubscribe()
  }
}

/** Emits when stdin has ended and the conversation is idle. Starts sending only once the history is loaded. */
function waitForIdle(session: ChatSession, view$: Observable<ChatView>): Observable<unknown> {
  const { conversation, options, io } = session
  const inputEnded$ = view$.pipe(
    takeWhile(({ isLoaded }) => !isLoaded, true),
    filter(({ isLoaded }) => isLoaded),
    switchMap(() => sendLines(session)),
  )
  return inputEnded$.pipe(
    switchMap(() => merge(view$, conversation.signals$.pipe(startWith(undefined)))),
    switchMap(() => view$.pipe(take(1))),
    switchMap((view) => (isBusy(view) ? NEVER : clockTimer(io.clock, options.waitMs))),
  )
}

function isBusy({ messages, connection, typing, isAnswering }: ChatView): boolean {
  if (messages.some(({ status }) => status === 'sending')) return true
  return connection.state === 'online' && (isAnswering || typing.length > 0)
}

/** Fails with the permanent error that closed the conversation. */
function throwWhenClosed(view$: Observable<ChatView>): Observable<unknown> {
  return view$.pipe(
    map(({ connection }) => connection),
    filter((connection) => connection.state === 'closed'),
    map(({ cause }) => {
      if (cause) throw cause
    }),
  )
}

/** Sends each line of stdin as a message. Emits when stdin has ended. */
function sendLines({ conversation, io }: ChatSession): Observable<unknown> {
  return new Observable<void>((subscriber) => {
    const lines = createInterface({ input: io.stdin, crlfDelay: Infinity })
    let pendingCount = 0
    let isEnded = false
    const onSettled = (): void => {
      pendingCount--
      if (!isEnded && pendingCount < maxPending) lines.resume()
    }
    lines.on('line', (text) => {
      if (text.trim() === '') return
      if (++pendingCount >= maxPending) lines.pause()
      conversation.send({ type: 'text', text }).then(onSettled, onSettled)
    })
    lines.once('close', () => {
      isEnded = true
      subscriber.next()
    })
    return () => {
      lines.close()
    }
  })
}

interface LinePrinter {
  /** Prints new messages on stdout, and failures on stderr. */
  print: (view: ChatView) => void
  /** Whether the server rejected a message. */
  hasFailed: () => boolean
}

/** Creates an append-only printer. Prints no messages with `--json`, because the signals are printed instead. */
function createLinePrinter({ me, bot, options, io }: ChatSession): LinePrinter {
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
