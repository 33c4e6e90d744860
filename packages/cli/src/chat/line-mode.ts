import { createInterface } from 'node:readline'
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
import type { ChatMode, ChatSession } from './chat-mode.ts'
import { observeChatView, type ChatView } from './chat-view.ts'
import { clockTimer } from './clock-timer.ts'
import { createExitTrigger } from './exit-trigger.ts'
import { createLinePrinter } from './line-printer.ts'
import { toJsonLine } from './text/sanitize.ts'

/** So many messages may wait to be sent before stdin has to wait for them. */
const maxUnsent = 100

/**
 * Prints each message once, when it is whole, and sends the lines of stdin. Ends when stdin has ended, everything was sent, and
 * nothing happened for `waitMs`: a bot that is writing, or typing, is waited for.
 */
export const runLines: ChatMode = async (session) => {
  const { conversation, options, io } = session
  const printer = createLinePrinter(session)
  const view$ = observeChatView(conversation, io.clock).pipe(shareReplay({ bufferSize: 1, refCount: true }))
  const ended$ = merge(createExitTrigger(session, NEVER), finished(session, view$), closed(view$))

  const printing = view$.subscribe(printer.print)
  if (options.isJson)
    printing.add(conversation.signals$.subscribe((signal) => io.stdout.write(`${toJsonLine(signal)}\n`)))
  try {
    await firstValueFrom(ended$)
    return printer.hasFailed() ? 1 : 0
  } finally {
    printing.unsubscribe()
  }
}

/** Emits when nothing more is to be expected. What is shown at the start comes first, what is sent then follows it. */
function finished(session: ChatSession, view$: Observable<ChatView>): Observable<unknown> {
  const { conversation, options, io } = session
  const sent$ = view$.pipe(
    takeWhile(({ isLoaded }) => !isLoaded, true),
    filter(({ isLoaded }) => isLoaded),
    switchMap(() => sendLines(session)),
  )
  return sent$.pipe(
    switchMap(() => merge(view$, conversation.signals$.pipe(startWith(undefined)))),
    switchMap(() => view$.pipe(take(1))),
    switchMap((view) => (isBusy(view) ? NEVER : clockTimer(io.clock, options.waitMs))),
  )
}

function isBusy({ messages, connection, typing }: ChatView): boolean {
  if (messages.some(({ status }) => status === 'sending')) return true
  const isWritten = messages.some(({ status }) => status === 'streaming')
  return connection.state === 'online' && (isWritten || typing.length > 0)
}

/** Throws why the conversation is over for good. */
function closed(view$: Observable<ChatView>): Observable<unknown> {
  return view$.pipe(
    map(({ connection }) => connection),
    filter((connection) => connection.state === 'closed'),
    map(({ cause }) => {
      if (cause) throw cause
    }),
  )
}

/** Sends the lines of stdin as messages; emits when it has ended. */
function sendLines({ conversation, io }: ChatSession): Observable<unknown> {
  return new Observable<void>((subscriber) => {
    const lines = createInterface({ input: io.stdin, crlfDelay: Infinity })
    let unsentCount = 0
    let isEnded = false
    const onSettled = (): void => {
      unsentCount--
      if (!isEnded && unsentCount < maxUnsent) lines.resume()
    }
    lines.on('line', (text) => {
      if (text.trim() === '') return
      if (++unsentCount >= maxUnsent) lines.pause()
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
