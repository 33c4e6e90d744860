import type { Conversation, Event, Message, User } from '../src/index.ts'

// One of each model, as servers return them.
const time = '2026-01-31T12:00:00.000Z'
export const user: User = { id: 'user_1', name: 'Ada', createdAt: time, updatedAt: time }
export const conversation: Conversation = { id: 'conv_1', createdAt: time, updatedAt: time }
export const message: Message = {
  id: 'msg_1',
  createdAt: time,
  conversationId: 'conv_1',
  userId: 'user_1',
  payload: { type: 'text', text: 'Hello' },
}
export const event: Event = {
  id: 'event_1',
  createdAt: time,
  conversationId: 'conv_1',
  userId: 'user_1',
  payload: { kind: 'wave' },
}
