import type { Readable, Writable } from 'node:stream'
import type { Clock, User } from '@parley/core'
import type { LiveConversation, ChatMessage, ConversationConnection } from '@parley/rx'
import {
  combineLatest,
  filter,
  map,
  merge,
  Observable,
  scan,
  startWith,
  takeUntil,
  defer,
  fromEvent,
  of,
  switchMap,
  take,
} from 'rxjs'
import type { JoinedChat } from './join-chat.ts'
import type { ChatCommandOptions } from './parse-chat-options.ts'

/** Everything a chat mode needs. */
export interface ChatSession extends JoinedChat {
  readonly conversation: LiveConversation
  readonly options: ChatCommandOptions
  readonly io: ChatIo
  /** Resolves when no message is in flight, after a timeout, or immediately without a connection. */
  readonly waitForDelivery: () => Promise<unknown>
}

/** Runs a chat until it ends. Resolves with the exit code. @throws ChatError if the error is permanent. */
export type ChatMode = (session: ChatSession) => Promise<number>

/** The streams, abort signal and clock of a chat. Tests pass their own. */
export interface ChatIo {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: Writable
  /** Aborts to end the chat, for example on SIGTERM. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** A writable stream that may be a terminal. */
export interface OutputStream extends Writable {
  isTTY?: boolean
  columns?: number
  rows?: number
}

/** The current state of a conversation, as shown to the user. */
export interface ChatView {
  readonly messages: readonly ChatMessage[]
  readonly connection: ConversationConnection
  readonly typing: readonly string[]
  /** Whether a message of the bot is streaming. */
  readonly isAnswering: boolean
  readonly participants: readonly User[]
  /** Whether the conversation has been synced at least once. Messages that appear later are new. */
  readonly isLoaded: boolean
}

/** After this time, messages are shown even if the participants' names are not loaded. */
const participantsTimeoutMs = 2_000

export function observeChatView(conversation: LiveConversation, clock: Clock): Observable<ChatView> {
  const { messages$, connection$, typing$, isAnswering$ } = conversation
  const participants$ = conversation.participants$.pipe(
    filter(({ isLoading }) => !isLoading),
    map(({ participants }) => participants),
  )
  const timeout$ = clockTimer(clock, participantsTimeoutMs).pipe(
    map(() => []),
    takeUntil(participants$),
  )
  const participantsOrTimeout$: Observable<readonly User[] | undefined> = merge(participants$, timeout$).pipe(
    startWith(undefined),
  )
  return combineLatest({
    messages: messages$,
    connection: connection$,
    typing: typing$,
    isAnswering: isAnswering$,
    participants: participantsOrTimeout$,
  }).pipe(
    scan<
      Omit<ChatView, 'participants' | 'isLoaded'> & { participants: readonly User[] | undefined },
      ChatView | undefined
    >((previous, { participants, ...view }) => {
      const isLoaded = previous?.isLoaded === true || (view.connection.isSynced && participants !== undefined)
      return { ...view, participants: participants ?? [], isLoaded }
    }, undefined),
    filter((view) => view !== undefined),
    map((view) => view),
  )
}

/**
 * Emits once when the chat must end, after waiting for messages in flight. The triggers are `exit$`, a signal of the
 * process, and a closed stdout, such as a pipe to `head`.
 */
export function createExitTrigger(
  { io, waitForDelivery }: ChatSession,
  exit$: Observable<unknown>,
): Observable<unknown> {
  const aborted$ = defer(() => (io.signal.aborted ? of(undefined) : fromEvent(io.signal, 'abort')))
  return merge(exit$, aborted$, fromEvent(io.stdout, 'error')).pipe(
    take(1),
    switchMap(() => waitForDelivery()),
  )
}

/** Emits once after `ms` milliseconds, then completes. Like `timer` of rxjs, but with a clock of core. */
export function clockTimer(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next()
      subscriber.complete()
    }),
  )
}
