import type { OperationName, OperationResult } from '@parley/core/contract'
import { newConversation, newPerson, say, type Person } from './person.ts'

/** What a request has to name. */
export interface Subjects {
  readonly conversationId: string
  readonly messageId: string
  readonly eventId: string
  /** Takes part, and is not the one who calls. */
  readonly guestId: string
  /** Exists, and takes no part. */
  readonly newcomerId: string
}

export interface PlainRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const payload = { type: 'text', text: 'Hello' }

/** One valid request for every operation. */
export const requests: Record<OperationName, (subjects: Subjects) => PlainRequest> = {
  createUser: () => ({ method: 'POST', path: '/users', body: { name: 'Ada' } }),
  getOrCreateUser: () => ({ method: 'POST', path: '/users/get-or-create', body: { name: 'Ada' } }),
  getUser: () => ({ method: 'GET', path: '/users/me' }),
  updateUser: () => ({ method: 'PUT', path: '/users/me', body: { name: 'Ada' } }),
  deleteUser: () => ({ method: 'DELETE', path: '/users/me' }),
  createConversation: () => ({ method: 'POST', path: '/conversations', body: {} }),
  getOrCreateConversation: ({ conversationId }) => ({
    method: 'POST',
    path: '/conversations/get-or-create',
    body: { id: conversationId },
  }),
  getConversation: ({ conversationId }) => ({ method: 'GET', path: `/conversations/${conversationId}` }),
  deleteConversation: ({ conversationId }) => ({
    method: 'DELETE',
    path: `/conversations/${conversationId}`,
  }),
  listConversations: () => ({ method: 'GET', path: '/conversations' }),
  listenConversation: ({ conversationId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/listen`,
  }),
  listMessages: ({ conversationId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/messages`,
  }),
  addParticipant: ({ conversationId, newcomerId }) => ({
    method: 'POST',
    path: `/conversations/${conversationId}/participants`,
    body: { userId: newcomerId },
  }),
  listParticipants: ({ conversationId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/participants`,
  }),
  getParticipant: ({ conversationId, guestId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/participants/${guestId}`,
  }),
  removeParticipant: ({ conversationId, guestId }) => ({
    method: 'DELETE',
    path: `/conversations/${conversationId}/participants/${guestId}`,
  }),
  createMessage: ({ conversationId }) => ({
    method: 'POST',
    path: '/messages',
    body: { conversationId, payload },
  }),
  getMessage: ({ messageId }) => ({ method: 'GET', path: `/messages/${messageId}` }),
  deleteMessage: ({ messageId }) => ({ method: 'DELETE', path: `/messages/${messageId}` }),
  createEvent: ({ conversationId }) => ({
    method: 'POST',
    path: '/events',
    body: { conversationId, payload: { kind: 'seen' } },
  }),
  getEvent: ({ eventId }) => ({ method: 'GET', path: `/events/${eventId}` }),
}

/** A conversation and everybody who may want something of it. */
export interface Scene extends Subjects {
  readonly stranger: Person
  readonly participant: Person
  readonly owner: Person
  /** Takes part, and sent the message and the event. */
  readonly sender: Person
}

export async function newScene(url: string): Promise<Scene> {
  const people = Array.from({ length: 6 }, () => newPerson(url))
  const [stranger, participant, owner, sender, guest, newcomer] = (await Promise.all(people)) as [
    Person,
    Person,
    Person,
    Person,
    Person,
    Person,
  ]
  const conversationId = await newConversation(owner, participant, sender, guest)
  const message = await say(sender, conversationId, 'Hello')
  const { body } = await sender.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: {},
  })
  return {
    stranger,
    participant,
    owner,
    sender,
    conversationId,
    messageId: message.id,
    eventId: body.event.id,
    guestId: guest.id,
    newcomerId: newcomer.id,
  }
}
