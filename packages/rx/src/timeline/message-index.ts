import type { Message } from '@parley/core'
import type { StoredMessage } from './chat-message.ts'
import { lookUpMutable } from './layered-map.ts'
import type { MutableTimeline } from './timeline.ts'

/** Index keys start with a letter for their kind, as users may choose any text as an id. */
export const indexKeyForId = ({ id }: Pick<Message, 'id'>): string => `i${id}`

/** Finds displayed messages only. */
export const indexKeyForKey = (key: string): string => `k${key}`

export const indexKeyForStream = (stream: string): string => `s${stream}`

/** Finds all duplicates; the first one is displayed. Undefined for a message that cannot have duplicates. */
export function indexKeyForDuplicates({ userId, payload, ...message }: Message): string | undefined {
  const clientId = metadataString(message, 'clientMessageId')
  return clientId && `c${hashText(`${JSON.stringify(payload)}`)} ${userId} ${clientId}`
}

const none: readonly StoredMessage[] = []

export function findIndexed(
  { index }: MutableTimeline,
  indexKey: string | undefined,
): readonly StoredMessage[] {
  return (indexKey && lookUpMutable(index, indexKey)) || none
}

export function setIndexed(
  { index }: MutableTimeline,
  messages: readonly StoredMessage[],
  ...indexKeys: (string | undefined)[]
): void {
  for (const indexKey of indexKeys) if (indexKey) index.changes.set(indexKey, messages)
}

/** The key of the stream that a message completes. */
export function completedStreamKey(message: Message): string | undefined {
  const streamId = metadataString(message, 'streamId')
  return streamId && streamKey(streamId, message.userId)
}

export function streamKey(streamId: string, userId: string): string {
  return `${streamId} ${userId}`
}

/** The key of a stored message: that of the pending or streaming message that it replaced, otherwise its id. */
export function messageKey(message: Message, ownId: string): string {
  const clientId = message.userId === ownId && metadataString(message, 'clientMessageId')
  return clientId || completedStreamKey(message) || message.id
}

export function metadataString({ metadata }: Pick<Message, 'metadata'>, field: string): string | undefined {
  const value = metadata?.[field]
  return typeof value === 'string' ? value : undefined
}

/** A short hash, so that the index does not contain payloads. */
function hashText(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
