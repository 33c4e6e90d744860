import type { Message } from '@parley/core'
import type { SentMessage } from './chat-message.ts'
import { lookUpDraft } from './layered-map.ts'
import type { Draft } from './timeline.ts'

/** The names by which stored messages are found. A letter keeps each kind apart: a user may choose any text as an id. */
export const idName = ({ id }: Pick<Message, 'id'>): string => `i${id}`

/** Of messages that are shown. */
export const keyName = (key: string): string => `k${key}`

export const finalName = (stream: string): string => `s${stream}`

/** Copies have it in common; undefined for a message that can have none. The first message of that name is shown. */
export function copyName({ userId, payload, ...message }: Message): string | undefined {
  const clientId = textOf(message, 'clientMessageId')
  return clientId && `c${hashOf(`${JSON.stringify(payload)}`)} ${userId} ${clientId}`
}

const none: readonly SentMessage[] = []

/** The messages of that name. */
export function named({ names }: Draft, name: string | undefined): readonly SentMessage[] {
  return (name && lookUpDraft(names, name)) || none
}

/** Says which messages a name has from now on. */
export function name(
  { names }: Draft,
  messages: readonly SentMessage[],
  ...all: (string | undefined)[]
): void {
  for (const each of all) if (each) names.changes.set(each, messages)
}

/** The name of the stream that a message ends. */
export function streamOf(message: Message): string | undefined {
  const streamId = textOf(message, 'streamId')
  return streamId && nameOfStream(streamId, message.userId)
}

export function nameOfStream(streamId: string, userId: string): string {
  return `${streamId} ${userId}`
}

export function textOf({ metadata }: Pick<Message, 'metadata'>, field: string): string | undefined {
  const value = metadata?.[field]
  return typeof value === 'string' ? value : undefined
}

/** Short, so that no payload is kept a second time. */
function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
