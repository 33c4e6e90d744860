import { systemClock, type Clock } from '@parley/core'
import { animationFrames, merge, Observable, race, repeat, share, Subject, switchMap, take } from 'rxjs'

/** Schedules when stores display new values: all together, at most once a frame. */
export interface RenderScheduler {
  /** Emits with the next frame, or earlier on `flush`. */
  readonly next$: Observable<unknown>
  /** Displays all new values now. */
  flush: () => void
}

const hiddenDelayMs = 1_000

export function createRenderScheduler(clock: Clock = systemClock): RenderScheduler {
  const flush$ = new Subject<void>()
  // Hidden pages have no frames. Two timers: after a stall, one late timer could fire before a frame that is due.
  const hidden$ = clockTimer(clock, hiddenDelayMs / 2).pipe(
    switchMap(() => clockTimer(clock, hiddenDelayMs / 2)),
  )
  // Some runtimes have no animation frames.
  const next$ =
    'requestAnimationFrame' in globalThis ? race(animationFrames(), hidden$) : clockTimer(clock, 16)
  // A listener that is added during a frame, for example by an action in another listener, is called in the next frame.
  const shared$ = merge(next$, flush$).pipe(take(1), share(), repeat(), take(1))
  return { next$: shared$, flush: () => flush$.next() }
}

function clockTimer(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) => clock.after(ms, () => subscriber.next()))
}
