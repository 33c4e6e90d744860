import type { Draft } from './timeline.ts'
import { without } from './without.ts'

/** Who is still writing is announced anew on each connection: until then nobody knows how far a message has come. */
export function doubtWritten(draft: Draft): void {
  if (draft.written.some(({ sequence }) => sequence >= 0))
    draft.written = draft.written.map((each) => ({ ...each, sequence: -1 }))
}

/** Nobody writes any more what was not announced, by a user or at all: what they say now takes its place. */
export function dropDoubted(draft: Draft, by?: string): void {
  draft.written = without(
    draft.written,
    ({ sequence, userId }) => sequence < 0 && (by === undefined || by === userId),
  )
}
