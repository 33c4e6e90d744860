import { systemClock, type Clock } from '@parley/core'
import { animationFrames, merge, type Observable, race, repeat, share, Subject, switchMap, take } from 'rxjs'
import { after } from '../time/waiting.ts'

/** When what is new is shown: all of it together, and no more than once a frame. */
export interface Frame {
  /** Emits with the next frame, or when it is not to be waited for. */
  readonly next$: Observable<unknown>
  /** Shows at once what waits. */
  flush: () => void
}

const halfOfUnseenMs = 500

export function createFrame(clock: Clock = systemClock): Frame {
  const flush$ = new Subject<void>()
  // Pages that nobody sees have no frames. Half and half: after a stall a first time is over before the frame that is due.
  const unseen$ = after(clock, halfOfUnseenMs).pipe(switchMap(() => after(clock, halfOfUnseenMs)))
  // Some runtimes do not know them.
  const next$ = 'requestAnimationFrame' in globalThis ? race(animationFrames(), unseen$) : after(clock, 16)
  // A listener that is added during a frame, as by an action in another listener, is called in the next frame.
  const shared$ = merge(next$, flush$).pipe(take(1), share(), repeat(), take(1))
  return { next$: shared$, flush: () => flush$.next() }
}
