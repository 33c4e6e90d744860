import { eventId, messageId } from '../domain/positions.ts'
import type { ListedMessage } from '../domain/queries.ts'
import type { ConversationRecord, LogEntry, UserRecord } from '../domain/records.ts'
import { isoTime } from './iso-time.ts'

/** Renders records as JSON for the wire. Payload and metadata keep their original text. */

export function timeJson(milliseconds: number): string {
  return `"${isoTime(milliseconds)}"`
}

export function userJson(user: UserRecord): string {
  const fields = user.fieldsJson === '{}' ? '' : `${user.fieldsJson.slice(1, -1)},`
  const times = `"createdAt":${timeJson(user.createdAt)},"updatedAt":${timeJson(user.updatedAt)}`
  return `{"id":${JSON.stringify(user.id)},${fields}${times}}`
}

export function conversationJson(conversation: ConversationRecord): string {
  const times = `"createdAt":${timeJson(conversation.createdAt)},"updatedAt":${timeJson(conversation.updatedAt)}`
  return `{"id":${JSON.stringify(conversation.id)},${times}}`
}

export function messageJson(entry: ListedMessage): string {
  return `{${messageMembers(entry)}}`
}

export function eventJson(entry: LogEntry): string {
  return `{${members(entry, JSON.stringify(eventId(entry)))}}`
}

/** The signals of an entry, in the order in which they are sent. Some entries have none. */
export function signalsJson(entry: LogEntry): string[] {
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

function completionJson(entry: LogEntry): string[] {
  if (entry.streamId === undefined) return []
  const data = `{"streamId":${JSON.stringify(entry.streamId)},"message":${messageJson(entry)}}`
  return [signal('message_stream_complete', data)]
}

function signal(type: string, data: string): string {
  return `{"type":"${type}","data":${data}}`
}

function messageMembers(entry: ListedMessage): string {
  const metadata = entry.metadata === undefined ? '' : `,"metadata":${entry.metadata}`
  return `${members(entry, JSON.stringify(messageId(entry)))}${metadata}`
}

function members(entry: ListedMessage, id: string): string {
  return (
    `"id":${id},"createdAt":${timeJson(entry.createdAt)},"conversationId":${JSON.stringify(entry.conversationId)},` +
    `"userId":${JSON.stringify(entry.userId)},"payload":${entry.payload}`
  )
}
