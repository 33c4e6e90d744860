import type { ConnectionStatus } from '@parley/core'
import type { SourceItem } from '../source/conversation-source.ts'
import { fromPlain, toPlain, type PlainError } from './plain-error.ts'

/** An item as it goes to another tab. */
export type PackedItem =
  | Exclude<SourceItem, { type: 'status' }>
  | { type: 'status'; status: ConnectionStatus; cause: PlainError | undefined }

export function packItem(item: SourceItem): PackedItem {
  if (item.type !== 'status') return item
  const { status } = item
  if (!('cause' in status)) return { type: 'status', status, cause: undefined }
  const { cause, ...rest } = status
  return { type: 'status', status: rest as ConnectionStatus, cause: cause && toPlain(cause) }
}

export function unpackItem(item: PackedItem): SourceItem {
  if (item.type !== 'status') return item
  const { status, cause } = item
  return {
    type: 'status',
    status: cause ? ({ ...status, cause: fromPlain(cause) } as ConnectionStatus) : status,
  }
}
