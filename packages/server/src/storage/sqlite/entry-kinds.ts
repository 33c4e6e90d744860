import type { EntryKind } from '../../domain/records.ts'

/** The order is the format of the file: a kind is stored as its index here. */
export const entryKinds: readonly EntryKind[] = [
  'conversation_created',
  'message_created',
  'event_created',
  'participant_added',
  'participant_removed',
  'message_deleted',
  'message_stream_abort',
]

/** How a kind is stored. */
export function kindCode(kind: EntryKind): number {
  return entryKinds.indexOf(kind)
}
