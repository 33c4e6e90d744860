/** Renders the JSON of responses and signals. Payload, metadata and profiles keep their original text. */
import type { SignalType, WireErrorType } from '@parley/core/contract'
import { eventId, messageId, type TaggedPosition } from './ids.ts'

/**
 * The kinds of log entries. Each is sent to listeners as a signal, except `conversation_created`, which only the bot
 * handles. Deltas are not stored, and `message_stream_complete` is derived from its message.
 */
export type EntryKind =
  | 'conversation_created'
  | Exclude<SignalType, 'message_stream_delta' | 'message_stream_complete'>

interface Conversation {
  readonly id: string
  readonly createdAt: number
  readonly updatedAt: number
}

interface User extends Conversation {
  readonly fieldsJson: string
}

interface Message extends TaggedPosition {
  readonly conversationId: string
  readonly createdAt: number
  readonly userId: string
  readonly payload: string
  readonly metadata: string | undefined
}

interface Entry extends Message {
  readonly kind: EntryKind
  readonly isBot: boolean
  readonly streamId: string | undefined
}

interface StreamingMessage {
  readonly streamId: string
  readonly conversationId: string
  readonly userId: string
  readonly createdAt: number
  /** The index of the delta, from 0. */
  readonly deltaSequence: number
}

/** The body of a response with a single member, such as `{"message":…}`. */
export function responseJson(
  name: 'conversation' | 'event' | 'message' | 'participant' | 'user',
  json: string,
): string {
  return `{"${name}":${json}}`
}

/** The body of the response to `createUser`. */
export function createdUserJson(user: User, key: string): string {
  return `{"user":${userJson(user)},"key":${JSON.stringify(key)}}`
}

/** The body of an error response. */
export function errorJson(error: { id: string; code: number; type: WireErrorType; message: string }): string {
  return JSON.stringify(error)
}

/** The body of the response of `/hello`. */
export function serverInfoJson(info: {
  version: string
  capabilities: readonly string[]
  bot: { id: string; name?: string | undefined; pictureUrl?: string | undefined }
}): string {
  return JSON.stringify({ name: 'parley', ...info })
}

export function userJson(user: User): string {
  const fields = user.fieldsJson === '{}' ? '' : `${user.fieldsJson.slice(1, -1)},`
  return `{"id":${JSON.stringify(user.id)},${fields}${times(user)}}`
}

/** The fields of a user that clients set. @param current - Keeps the fields that `fields` does not contain. */
export function userFieldsJson(fields: object, current = '{}'): string {
  return JSON.stringify({ ...(JSON.parse(current) as object), ...fields })
}

export function conversationJson(conversation: Conversation): string {
  return `{"id":${JSON.stringify(conversation.id)},${times(conversation)}}`
}

function times({ createdAt, updatedAt }: Conversation): string {
  return `"createdAt":${timeJson(createdAt)},"updatedAt":${timeJson(updatedAt)}`
}

export function messageJson(entry: Message): string {
  return `{${messageMembers(entry)}}`
}

export function eventJson(entry: Message): string {
  return `{${members(entry, JSON.stringify(eventId(entry)))}}`
}

/** The signals of an entry, in the order in which they are sent. Some entries have none. */
export function signalsJson(entry: Entry): string[] {
  switch (entry.kind) {
    case 'conversation_created':
      return []
    case 'message_created':
      return [
        ...completionJson(entry),
        signal(entry.kind, `{${messageMembers(entry)},"isBot":${entry.isBot}}`),
      ]
    case 'event_created': {
      const id = entry.isBot ? 'null' : JSON.stringify(eventId(entry))
      return [signal(entry.kind, `{${members(entry, id)},"isBot":${entry.isBot}}`)]
    }
    case 'participant_added':
    case 'participant_removed':
    case 'message_deleted':
    case 'message_stream_abort':
      return [signal(entry.kind, entry.payload)]
  }
}

function completionJson(entry: Entry): string[] {
  if (entry.streamId === undefined) return []
  const data = `{"streamId":${JSON.stringify(entry.streamId)},"message":${messageJson(entry)}}`
  return [signal('message_stream_complete', data)]
}

export function deltaJson(message: StreamingMessage, delta: string): string {
  const { streamId, conversationId, userId, deltaSequence } = message
  const ids = `"streamId":${JSON.stringify(streamId)},"conversationId":${JSON.stringify(conversationId)}`
  return signal(
    'message_stream_delta',
    `{${ids},"userId":${JSON.stringify(userId)},"createdAt":${timeJson(message.createdAt)},` +
      `"sequence":${deltaSequence},"delta":${JSON.stringify(delta)}}`,
  )
}

function signal(type: SignalType, data: string): string {
  return `{"type":"${type}","data":${data}}`
}

function messageMembers(entry: Message): string {
  const metadata = entry.metadata === undefined ? '' : `,"metadata":${entry.metadata}`
  return `${members(entry, JSON.stringify(messageId(entry)))}${metadata}`
}

function members(entry: Message, id: string): string {
  return (
    `"id":${id},"createdAt":${timeJson(entry.createdAt)},"conversationId":${JSON.stringify(entry.conversationId)},` +
    `"userId":${JSON.stringify(entry.userId)},"payload":${entry.payload}`
  )
}

/** The data of `participant_added` and `participant_removed`. */
export function participantDataJson(conversationId: string, participantId: string): string {
  return JSON.stringify({ conversationId, participantId })
}

/** The data of `message_deleted`. */
export function deletedMessageDataJson(
  position: TaggedPosition,
  { conversationId, userId }: { conversationId: string; userId: string },
): string {
  return JSON.stringify({ id: messageId(position), conversationId, userId })
}

/** The data of `message_stream_abort`. */
export function streamDataJson(stream: { streamId: string; conversationId: string }): string {
  return JSON.stringify(stream)
}

/** The data of `ready`, the first event of a stream. */
export function readyJson(state: 'resumed' | 'fresh' | 'reset', id: string): string {
  return JSON.stringify({ state, id })
}

/** The data of `conversation_added` and `conversation_removed`. */
export function conversationIdJson(conversationId: string): string {
  return JSON.stringify({ conversationId })
}

/** The data of `typing`. */
export function typingJson(conversationId: string, userId: string): string {
  return JSON.stringify({ conversationId, userId })
}

function timeJson(milliseconds: number): string {
  return `"${isoTime(milliseconds)}"`
}

const dayMs = 24 * 60 * 60 * 1000
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** Caches the text of the last requested day: consecutive times mostly share it. */
let dayNumber = Number.NaN
let dayText = ''

/** Returns `new Date(milliseconds).toISOString()` at a fifth of its cost: a page contains twenty or more times. */
export function isoTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / dayMs)
  if (day !== dayNumber) {
    dayText = new Date(day * dayMs).toISOString().slice(0, -'00:00:00.000Z'.length)
    dayNumber = day
  }
  const rest = milliseconds - day * dayMs
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const fraction = String(1000 + (rest - seconds * 1000)).slice(1)
  const time = `${twoDigits[hours]}:${twoDigits[minutes - hours * 60]}:${twoDigits[seconds - minutes * 60]}`
  return `${dayText}${time}.${fraction}Z`
}
