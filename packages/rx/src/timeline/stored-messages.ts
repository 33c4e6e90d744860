import type { Message } from '@parley/core'
import type { StoredMessage } from './chat-message.ts'
import { comparePositions, hasItem, insertItem, reject, removeItem } from './chunks.ts'
import { lookUp, lookUpMutable } from './layered-map.ts'
import { getOrigin } from './senders.ts'
import type { MutableTimeline, Timeline } from './timeline.ts'

/**
 * Adds a stored message at its position, once. It replaces the pending message with its `clientMessageId` and the
 * stream that it completes, if they belong to the same user.
 */
export function addStored(
  timeline: MutableTimeline,
  message: Message,
  replaced: { key?: string; streamId?: string } = {},
): void {
  const { id, userId } = message
  const { key = userId === timeline.userId && metadataString(message, 'clientMessageId') } = replaced
  const { streamId = metadataString(message, 'streamId') } = replaced
  const stream = streamId && streamKey(streamId, userId)
  timeline.pending = reject(timeline.pending, (pending) => pending.key === key)
  timeline.streaming = reject(timeline.streaming, (streaming) => streaming.key === stream)

  if (hasTombstone(timeline, id)) tombstoneMessage(timeline, message)
  else if (findIndexed(timeline, indexKeyForId(message)).length === 0) {
    dropStaleStreams(timeline, userId)
    const origin = getOrigin(timeline, userId)
    insert(timeline, { ...message, key: key || stream || id, status: 'sent', ...origin })
  }
}

function insert(timeline: MutableTimeline, message: StoredMessage): void {
  const duplicatesKey = indexKeyForDuplicates(message)
  const duplicates = findIndexed(timeline, duplicatesKey)
  const [displayed] = duplicates
  if (!displayed || !isDuplicate(displayed, message)) {
    // A bot may use one stream id in two messages, and a client may reuse a client id.
    const isTaken = findIndexed(timeline, indexKeyForKey(message.key)).length > 0
    return showMessage(timeline, isTaken ? { ...message, key: message.id } : message)
  }
  if (comparePositions(displayed, message) < 0) {
    hideDuplicate(timeline, message)
    setIndexed(timeline, [...duplicates, message].sort(comparePositions), duplicatesKey)
    return
  }
  timeline.storedChunks = removeItem(timeline.storedChunks, displayed)
  hideDuplicate(timeline, displayed)
  showMessage(timeline, { ...message, key: displayed.key }, duplicates)
}

function showMessage(
  timeline: MutableTimeline,
  message: StoredMessage,
  duplicates: readonly StoredMessage[] = [],
): void {
  timeline.storedChunks = insertItem(timeline.storedChunks, message)
  const stream = completedStreamKey(message)
  const list = [message]
  setIndexed(
    timeline,
    list,
    indexKeyForId(message),
    indexKeyForKey(message.key),
    stream && indexKeyForStream(stream),
  )
  setIndexed(
    timeline,
    duplicates.length > 0 ? [message, ...duplicates] : list,
    indexKeyForDuplicates(message),
  )
}

function hideDuplicate(timeline: MutableTimeline, message: StoredMessage): void {
  timeline.duplicates = insertItem(timeline.duplicates, message)
  const stream = completedStreamKey(message)
  setIndexed(timeline, [message], indexKeyForId(message), stream && indexKeyForStream(stream))
}

/** Removes a message. Its next duplicate, if any, is displayed instead. */
export function removeStored(timeline: MutableTimeline, { id }: Pick<Message, 'id'>): void {
  const [message] = findIndexed(timeline, indexKeyForId({ id }))
  if (!message) return
  tombstoneStream(timeline, message)
  const duplicatesKey = indexKeyForDuplicates(message)
  const duplicates = findIndexed(timeline, duplicatesKey)
  const others = duplicates.filter((duplicate) => duplicate !== message)
  setIndexed(timeline, [], indexKeyForId(message))
  if (others.length < duplicates.length) setIndexed(timeline, others, duplicatesKey)
  if (!hasItem(timeline.storedChunks, message)) {
    timeline.duplicates = removeItem(timeline.duplicates, message)
    return
  }
  timeline.storedChunks = removeItem(timeline.storedChunks, message)
  setIndexed(timeline, [], indexKeyForKey(message.key))
  const [next] = others
  // Hash collisions give different messages the same index key.
  if (!next || duplicates[0] !== message) return
  timeline.duplicates = removeItem(timeline.duplicates, next)
  showMessage(timeline, { ...next, key: message.key }, others.slice(1))
}

/** Adds tombstones for a deleted message, its stream, and its client id. */
export function tombstoneMessage(timeline: MutableTimeline, message: Message): void {
  const { id, userId } = message
  tombstoneStream(timeline, message)
  addTombstone(timeline, id)
  if (userId === timeline.userId) addTombstone(timeline, metadataString(message, 'clientMessageId') ?? id)
}

/** Adds a tombstone for the stream that a message completes. */
function tombstoneStream(timeline: MutableTimeline, message: Message): void {
  const stream = completedStreamKey(message)
  if (stream) addTombstone(timeline, stream)
}

export function addTombstone(timeline: MutableTimeline, id: string): void {
  if (!hasTombstone(timeline, id)) timeline.tombstones.changes.set(id, true)
}

export function hasTombstone({ tombstones }: MutableTimeline, id: string): boolean {
  return lookUpMutable(tombstones, id) === true
}

/** Compares the payload as well: a bot may copy the `clientMessageId` of a message to each of its answers. */
function isDuplicate(a: Message, b: Message): boolean {
  return (
    a.userId === b.userId &&
    metadataString(a, 'clientMessageId') === metadataString(b, 'clientMessageId') &&
    JSON.stringify(a.payload) === JSON.stringify(b.payload)
  )
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

/** Index keys start with a letter for their kind, as users may choose any text as an id. */
export const indexKeyForId = ({ id }: Pick<Message, 'id'>): string => `i${id}`

/** Finds displayed messages only. */
export const indexKeyForKey = (key: string): string => `k${key}`

export const indexKeyForStream = (stream: string): string => `s${stream}`

/** Finds all duplicates; the first one is displayed. Undefined for a message that cannot have duplicates. */
function indexKeyForDuplicates({ userId, payload, ...message }: Message): string | undefined {
  const clientId = metadataString(message, 'clientMessageId')
  return clientId && `c${hashText(`${JSON.stringify(payload)}`)} ${userId} ${clientId}`
}

/** The displayed stored message with a key. */
export function findByKey({ index }: Timeline, key: string): StoredMessage | undefined {
  return lookUp(index, indexKeyForKey(key))?.[0]
}

const none: readonly StoredMessage[] = []

export function findIndexed(
  { index }: MutableTimeline,
  indexKey: string | undefined,
): readonly StoredMessage[] {
  return (indexKey && lookUpMutable(index, indexKey)) || none
}

function setIndexed(
  { index }: MutableTimeline,
  messages: readonly StoredMessage[],
  ...indexKeys: (string | undefined)[]
): void {
  for (const indexKey of indexKeys) if (indexKey) index.changes.set(indexKey, messages)
}

/** The key of the stream that a message completes. */
function completedStreamKey(message: Message): string | undefined {
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

function metadataString({ metadata }: Pick<Message, 'metadata'>, field: string): string | undefined {
  const value = metadata?.[field]
  return typeof value === 'string' ? value : undefined
}

/** A short hash, so that the index does not contain payloads. */
function hashText(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
