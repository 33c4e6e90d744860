import { ChatError, type ChatSignal, type Message } from '@parley/core'
import { reduceTimeline } from '../../src/timeline/reduce-timeline.ts'
import { type TimelineAction, emptyTimeline, type Timeline } from '../../src/timeline/timeline.ts'

export const empty: Timeline = emptyTimeline('c1', 'me')

export function message(number: number, more: Partial<Message> = {}): Message {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + number).toISOString()
  const payload = { type: 'text' as const, text: `${number}` }
  return { id: `m${number}`, createdAt, conversationId: 'c1', userId: 'bob', payload, ...more }
}
export const mine: Message = message(5, { userId: 'me', metadata: { clientMessageId: 'k' } })

export const created = (data: Message): ChatSignal => ({
  type: 'message_created',
  data: { ...data, isBot: false },
})
export const deleted = (id: string): ChatSignal => ({
  type: 'message_deleted',
  data: { id, conversationId: 'c1', userId: 'bob' },
})
export const delta = (sequence: number, text: string): ChatSignal => ({
  type: 'message_stream_delta',
  data: { streamId: 's', conversationId: 'c1', userId: 'bot', createdAt: 'now', sequence, delta: text },
})
export const complete = (data: Message): ChatSignal => ({
  type: 'message_stream_complete',
  data: { streamId: 's', message: data },
})
export const aborted: ChatSignal = {
  type: 'message_stream_abort',
  data: { streamId: 's', conversationId: 'c1' },
}
export const page = (snapshot: Timeline, isEnd: boolean, ...numbers: number[]): TimelineAction => ({
  type: 'page',
  messages: numbers.map((number) => message(number)),
  snapshot,
  isEnd,
})
export const queued: TimelineAction = { type: 'queued', messages: [{ key: 'k', payload: mine.payload }] }
export const sent: TimelineAction = { type: 'sent', key: 'k', message: mine }
export const failed: TimelineAction = {
  type: 'failed',
  key: 'k',
  error: new ChatError('InvalidPayload', 'no'),
}

export const completed: Message = message(7, { userId: 'bot', metadata: { streamId: 's' } })

export function reduceAll(...actions: TimelineAction[]): Timeline {
  return actions.reduce(reduceTimeline, empty)
}

/** The displayed messages in short: key and id of stored messages, key, status and payload of others. */
export function summarize(timeline: Timeline): string[] {
  return timeline.messages.map((displayed) =>
    displayed.status === 'sent'
      ? `${displayed.key}=${displayed.id}`
      : `${displayed.key} ${displayed.status} ${JSON.stringify(displayed.payload)}`,
  )
}

export const sending: string = 'k sending {"type":"text","text":"5"}'
export const streaming = (text: string): string => `s bot streaming {"type":"text","text":"${text}"}`
