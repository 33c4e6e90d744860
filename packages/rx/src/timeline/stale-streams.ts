import { reject } from './reject.ts'
import type { MutableTimeline } from './timeline.ts'

/** Each connection announces the open streams again. Until then, the text of a stream may be incomplete. */
export function markStreamsStale(timeline: MutableTimeline): void {
  if (timeline.streaming.some(({ sequence }) => sequence >= 0))
    timeline.streaming = timeline.streaming.map((message) => ({ ...message, sequence: -1 }))
}

/**
 * Removes streaming messages that the new connection has not announced.
 *
 * @param userId - Removes only streams of this user, whose new message or stream replaces them.
 */
export function dropStaleStreams(timeline: MutableTimeline, userId?: string): void {
  timeline.streaming = reject(
    timeline.streaming,
    (message) => message.sequence < 0 && (userId === undefined || userId === message.userId),
  )
}
