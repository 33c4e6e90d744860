import type { Message } from '@parley/core'
import type { StoredMessage } from './chat-message.ts'
import { lookUpDraft } from './layered-map.ts'
import type { Draft } from './timeline.ts'

/** Index keys of stored messages. A letter prefix separates the kinds, as users may choose any text as an id. */
export const idName = ({ id }: Pick<Message, 'id'>): string => `i${id}`

/** For displayed messages. */
export const keyName = (key: string): string => `k${key}`

export const finalName = (stream: string): string => `s${stream}`

/** Shared by duplicates; undefined for a message that cannot have any. The first message of that name is displayed. */
export function copyName({ userId, payload, ...message }: Message): string | undefined {
  const clientId = textOf(message, 'clientMessageId')
  return clientId && `c${hashOf(`${JSON.stringify(payload)}`)} ${userId} ${clientId}`
}

const none: readonly StoredMessage[] = []

/** The messages with this name. */
export function named({ names }: Draft, name: string | undefined): readonly StoredMessage[] {
  return (name && lookUpDraft(names, name)) || none
}

/** Sets the messages of some names. */
export function name(
  { names }: Draft,
  messages: readonly StoredMessage[],
  ...all: (string | undefined)[]
): void {
  for (const each of all) if (each) names.changes.set(each, messages)
}

/** The name of the stream that a message completes. */
export function streamOf(message: Message): string | undefined {
  const streamId = textOf(message, 'streamId')
  return streamId && nameOfStream(streamId, message.userId)
}

export function nameOfStream(streamId: string, userId: string): string {
  return `${streamId} ${userId}`
}

/** The key of a stored message: that of the pending or streaming message that it replaced, otherwise its id. */
export function keyOf(message: Message, ownId: string): string {
  const clientId = message.userId === ownId && textOf(message, 'clientMessageId')
  return clientId || streamOf(message) || message.id
}

export function textOf({ metadata }: Pick<Message, 'metadata'>, field: string): string | undefined {
  const value = metadata?.[field]
  return typeof value === 'string' ? value : undefined
}

/** A short hash, so that no payload is stored twice. */
function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
