import type { EntryKind } from '../../wire/render.ts'

/** A kind is stored as its index, so the order is part of the file format. */
export const entryKinds: readonly EntryKind[] = [
  'conversation_created',
  'message_created',
  'event_created',
  'participant_added',
  'participant_removed',
  'message_deleted',
  'message_stream_abort',
]

/** The stored number of a kind. */
export function kindCode(kind: EntryKind): number {
  return entryKinds.indexOf(kind)
}
