import type { Message, Payload } from '@parley/core'
import type { PendingMessage, Thread } from './thread.ts'

/** One line of the conversation as it is shown. Its fields are plain values, so that what did not change is not drawn again. */
export type Row = DayRow | MessageRow

interface DayRow {
  kind: 'day'
  key: string
  at: string
}

export interface MessageRow {
  kind: 'message'
  /** The same from the first sign of the message to its stored form, so that it stays in its place on the page. */
  key: string
  /** Absent until the message is stored. */
  id?: string
  isOwn: boolean
  /** The first, or the last, that its sender says in one go. */
  isFirst: boolean
  isLast: boolean
  at: string
  payload: Payload
  status: 'stored' | 'sending' | 'failed' | 'writing'
  /** What the visitor answered to this message, as the value of the option they chose. */
  answer?: string
  /** Only while it is pending. */
  clientMessageId?: string
  /** Only where it failed. */
  reason?: string
}

/** Messages of one sender with less than this between them are shown as one group. */
const groupGapMs = 5 * 60_000

/** Lays out a thread: stored messages in their order, then what is on its way, then what is being written. */
export function toRows(thread: Thread): Row[] {
  const answers = answersIn(thread)
  const keys = new Set<string>()
  const messages: MessageRow[] = [
    ...thread.messages.map((message) => storedRow(message, { thread, answers, keys })),
    ...thread.pending.map(pendingRow),
    ...thread.drafts.map((draft): MessageRow => {
      const payload: Payload = { type: 'text', text: draft.text }
      const fields = {
        isOwn: false,
        isFirst: true,
        isLast: true,
        at: draft.createdAt,
        status: 'writing',
      } as const
      return { kind: 'message', key: `stream:${draft.streamId}`, payload, ...fields }
    }),
  ]
  return messages.flatMap((row, index) => {
    const previous = messages[index - 1]
    const next = messages[index + 1]
    const isNewDay = !previous || dayOf(previous.at) !== dayOf(row.at)
    const placed = {
      ...row,
      isFirst: !previous || !isOneGroup(previous, row),
      isLast: !next || !isOneGroup(row, next),
    }
    return isNewDay ? [{ kind: 'day', key: `day:${row.key}`, at: row.at } as const, placed] : [placed]
  })
}

function storedRow(
  message: Message,
  { thread, answers, keys }: { thread: Thread; answers: Map<string, string>; keys: Set<string> },
): MessageRow {
  const isOwn = message.userId === thread.userId
  const origin = message.metadata?.[isOwn ? 'clientMessageId' : 'streamId']
  const wanted = typeof origin === 'string' ? `${isOwn ? 'client' : 'stream'}:${origin}` : message.id
  // Anyone may send the same client id twice.
  const key = keys.has(wanted) ? message.id : wanted
  keys.add(key)

  const answer = answers.get(message.id)
  return {
    kind: 'message',
    key,
    id: message.id,
    isOwn,
    isFirst: true,
    isLast: true,
    at: message.createdAt,
    payload: message.payload,
    status: 'stored',
    ...(answer !== undefined && { answer }),
  }
}

function pendingRow({ clientMessageId, payload, at, state, reason }: PendingMessage): MessageRow {
  return {
    kind: 'message',
    key: `client:${clientMessageId}`,
    isOwn: true,
    isFirst: true,
    isLast: true,
    at,
    payload,
    status: state,
    clientMessageId,
    ...(reason !== undefined && { reason }),
  }
}

/** The answers that the visitor gave, by the id of the message that asked. */
function answersIn({ messages, pending, userId }: Thread): Map<string, string> {
  const own = [...messages.filter((message) => message.userId === userId), ...pending]
  return new Map(
    own.flatMap(({ payload, metadata }) => {
      const asked = metadata?.['answers']
      if (typeof asked !== 'string' || payload.type !== 'text') return []
      const value = 'value' in payload ? payload.value : payload.text
      return [[asked, String(value)] as const]
    }),
  )
}

function isOneGroup(one: MessageRow, next: MessageRow): boolean {
  const gapMs = Date.parse(next.at) - Date.parse(one.at)
  return one.isOwn === next.isOwn && gapMs < groupGapMs && dayOf(one.at) === dayOf(next.at)
}

function dayOf(at: string): string {
  return new Date(at).toDateString()
}
