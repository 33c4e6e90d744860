import type { Observable } from 'rxjs'
import { createState } from '../time/state.ts'
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
  const latest = createState(timeline)
  return {
    timeline$: latest.value$,
    state: () => latest.value,
    take: (input) => latest.next(fold(latest.value, input)),
  }
}
