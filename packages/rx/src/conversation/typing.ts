import type { Clock, UserSignal } from '@parley/core'
import {
  concat,
  distinctUntilChanged,
  filter,
  groupBy,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  scan,
  Subject,
  switchMap,
  take,
  tap,
  throttle,
} from 'rxjs'
import { clockTimer } from '../time/retry-policy.ts'
import { createState, type State } from '../time/state.ts'
import type { ConversationContext } from './conversation-context.ts'

const typingTimeoutMs = 6_000
const sendIntervalMs = 3_000

export interface Typing {
  readonly typing$: State<readonly string[]>
  /** Updates `typing$` from signals while subscribed. */
  track: (signals$: Observable<UserSignal>) => Observable<never>
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

  function toChange({ type, data }: UserSignal): TypingChange | undefined {
    if (type === 'typing') return { userId: data.userId, isTyping: true }
    if (type === 'message_created' || type === 'message_stream_delta')
      return { userId: data.userId, isTyping: false }
    // Bots of the hosted service always send typing as events.
    if (type === 'event_created' && data.payload['type'] === 'typing' && (data.isBot || usesEvents))
      return { userId: data.userId, isTyping: true }
    return undefined
  }

  async function sendNow(): Promise<void> {
    const { capabilities } = await me.serverInfo()
    if (capabilities.includes('typing')) await me.sendTyping({ conversationId: id })
    else if (usesEvents) await me.createEvent({ conversationId: id, payload: { type: 'typing' } })
  }

  // A retry would be too late.
  strokes$
    .pipe(throttle(() => clockTimer(clock, sendIntervalMs)))
    .subscribe(() => void sendNow().catch(() => {}))

  return {
    typing$,
    track: (signals$) =>
      signals$.pipe(
        map(toChange),
        filter((change) => change !== undefined),
        filter(({ userId }) => userId !== me.user.id),
        observeTyping(clock),
        tap({
          next: (typing) => typing$.next(typing),
          finalize() {
            if (typing$.value.length > 0) typing$.next([])
          },
        }),
        ignoreElements(),
      ),
    send: () => strokes$.next(),
  }
}

/** The users who are typing. Each change of a user replaces the earlier one and its timeout. */
export function observeTyping(clock: Clock): OperatorFunction<TypingChange, readonly string[]> {
  const withTimeout = (change: TypingChange): Observable<TypingChange> => {
    const ended$ = clockTimer(clock, typingTimeoutMs).pipe(map(() => ({ ...change, isTyping: false })))
    return change.isTyping ? concat(of(change), ended$.pipe(take(1))) : of(change)
  }
  return (changes$) =>
    changes$.pipe(
      groupBy(({ userId }) => userId),
      mergeMap((ofUser$) => ofUser$.pipe(switchMap(withTimeout))),
      scan(reduceTyping, []),
      distinctUntilChanged(),
    )
}

function reduceTyping(typing: readonly string[], { userId, isTyping }: TypingChange): readonly string[] {
  if (typing.includes(userId) === isTyping) return typing
  return isTyping ? [...typing, userId] : typing.filter((other) => other !== userId)
}
