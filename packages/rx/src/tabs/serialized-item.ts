import type { ConnectionStatus } from '@parley/core'
import type { SourceItem } from '../source/conversation-source.ts'
import { deserializeError, serializeError, type SerializedError } from './serialized-error.ts'

/** An item in the format that tabs exchange. */
export type SerializedItem =
  | Exclude<SourceItem, { type: 'status' }>
  | { type: 'status'; status: ConnectionStatus; cause: SerializedError | undefined }

export function serializeItem(item: SourceItem): SerializedItem {
  if (item.type !== 'status') return item
  const { status } = item
  if (!('cause' in status)) return { type: 'status', status, cause: undefined }
  const { cause, ...rest } = status
  return { type: 'status', status: rest as ConnectionStatus, cause: cause && serializeError(cause) }
}

export function deserializeItem(item: SerializedItem): SourceItem {
  if (item.type !== 'status') return item
  const { status, cause } = item
  return {
    type: 'status',
    status: cause ? ({ ...status, cause: deserializeError(cause) } as ConnectionStatus) : status,
  }
}
