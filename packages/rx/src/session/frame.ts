import { animationFrames, merge, NEVER, type Observable, race, share, Subject, take, timer } from 'rxjs'

/** When what is new is shown: all of it together, and no more than once a frame. */
export interface Frame {
  /** Emits with the next frame, or when it is not to be waited for. */
  readonly next$: Observable<unknown>
  /** Shows at once what waits. */
  flush: () => void
}

export function createFrame(): Frame {
  const flush$ = new Subject<void>()
  // Pages that nobody sees have no frames, and some runtimes do not know them.
  const painted$ = 'requestAnimationFrame' in globalThis ? animationFrames() : NEVER
  const next$ = race(painted$, timer(painted$ === NEVER ? 16 : 1_000))
  return { next$: merge(next$, flush$).pipe(take(1), share()), flush: () => flush$.next() }
}
