import type { Observable } from 'rxjs'
import { createState } from '../time/state.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import type { TimelineAction, Timeline } from '../timeline/timeline.ts'

/** The timeline of a conversation over time. */
export interface TimelineStore {
  readonly timeline$: Observable<Timeline>
  /** The latest timeline, even while an earlier one is being emitted. */
  getTimeline: () => Timeline
  dispatch: (action: TimelineAction) => void
}

export function createTimelineStore(timeline: Timeline): TimelineStore {
  const latest = createState(timeline)
  return {
    timeline$: latest.value$,
    getTimeline: () => latest.value,
    dispatch: (action) => latest.next(reduceTimeline(latest.value, action)),
  }
}
