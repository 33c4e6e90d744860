import type { Clock, UserSignal } from '@parley/core'
import {
  connect,
  distinctUntilChanged,
  exhaustMap,
  filter,
  map,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  scan,
  startWith,
  Subject,
  takeUntil,
  tap,
} from 'rxjs'
import { clockTimer } from '../time/retry-policy.ts'
import { createState, type State } from '../time/state.ts'
import type { ConversationContext } from './conversation-context.ts'

const typingTimeoutMs = 6_000
const sendIntervalMs = 3_000

export interface Typing {
  readonly typing$: State<readonly string[]>
  /** Updates `typing$` from signals while subscribed. */
  track: (signals$: Observable<UserSignal>) => Observable<unknown>
  send: () => void
}

export interface TypingChange {
  readonly userId: string
  readonly isTyping: boolean
}

/**
 * Tracks the users who are typing: until a timeout, or until their message arrives.
 *
 * @param usesEvents - Sends and accepts typing as custom events if the server has no typing signals.
 */
export function createTyping({ me, id, clock }: ConversationContext, usesEvents: boolean): Typing {
  const typing$ = createState<readonly string[]>([])
  const strokes$ = new Subject<void>()

  function toChange({ type, data }: UserSignal): TypingChange[] {
    if (type === 'message_created' || type === 'message_stream_delta')
      return [{ userId: data.userId, isTyping: false }]
    // Bots of the hosted service always send typing as events.
    const isTyping =
      type === 'typing' ||
      (type === 'event_created' && data.payload['type'] === 'typing' && (data.isBot || usesEvents))
    return isTyping ? [{ userId: data.userId, isTyping }] : []
  }

  async function sendNow(): Promise<void> {
    const { capabilities } = await me.serverInfo()
    if (capabilities.includes('typing')) await me.sendTyping({ conversationId: id })
    else if (usesEvents) await me.createEvent({ conversationId: id, payload: { type: 'typing' } })
  }

  strokes$
    .pipe(
      exhaustMap(() => {
        // A retry would be too late.
        void sendNow().catch(() => {})
        return clockTimer(clock, sendIntervalMs)
      }),
    )
    .subscribe()

  return {
    typing$,
    track: (signals$) =>
      signals$.pipe(
        mergeMap(toChange),
        filter(({ userId }) => userId !== me.user.id),
        observeTyping(clock),
        tap({
          next: typing$.next,
          finalize() {
            if (typing$.value.length > 0) typing$.next([])
          },
        }),
      ),
    send: () => strokes$.next(),
  }
}

/** The users who are typing. Each change of a user replaces the earlier one and its timeout. */
export function observeTyping(clock: Clock): OperatorFunction<TypingChange, readonly string[]> {
  return connect((changes$) => {
    const withTimeout = (change: TypingChange): Observable<TypingChange> =>
      clockTimer(clock, typingTimeoutMs).pipe(
        map(() => ({ ...change, isTyping: false })),
        takeUntil(changes$.pipe(filter(({ userId }) => userId === change.userId))),
        startWith(change),
      )
    return changes$.pipe(
      mergeMap((change) => (change.isTyping ? withTimeout(change) : of(change))),
      scan(reduceTyping, []),
      distinctUntilChanged(),
    )
  })
}

function reduceTyping(typing: readonly string[], { userId, isTyping }: TypingChange): readonly string[] {
  if (typing.includes(userId) === isTyping) return typing
  return isTyping ? [...typing, userId] : typing.filter((other) => other !== userId)
}
