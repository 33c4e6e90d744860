import { BehaviorSubject, type Observable } from 'rxjs'
import { fold } from '../timeline/fold.ts'
import type { TimelineInput } from '../timeline/timeline-input.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** The timeline of a conversation as it is now. */
export interface Ledger {
  readonly timeline$: Observable<Timeline>
  /** The latest, also for who is just being told an earlier one. */
  state: () => Timeline
  take: (input: TimelineInput) => void
}

export function createLedger(timeline: Timeline): Ledger {
  let latest = timeline
  let isTelling = false
  const timeline$ = new BehaviorSubject(timeline)
  return {
    timeline$,
    state: () => latest,
    take(input) {
      latest = fold(latest, input)
      // Who sends while being told must not leave those who are told later with an older list than the latest.
      if (isTelling) return
      isTelling = true
      while (timeline$.value !== latest) timeline$.next(latest)
      isTelling = false
    },
  }
}
