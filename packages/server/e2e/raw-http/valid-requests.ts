import type { OperationName, OperationResult } from '@parley/core/contract'
import { createConversation, createTestUser, sendText, type TestUser } from './test-user.ts'

/** The ids in the paths and bodies of requests. */
export interface RequestIds {
  readonly conversationId: string
  readonly messageId: string
  readonly eventId: string
  /** A participant other than the caller. */
  readonly otherParticipantId: string
  /** A user who is not a participant. */
  readonly addableUserId: string
}

export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const payload = { type: 'text', text: 'Hello' }

/** One valid request for every operation. */
export const validRequests: Record<OperationName, (ids: RequestIds) => RawRequest> = {
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
  addParticipant: ({ conversationId, addableUserId }) => ({
    method: 'POST',
    path: `/conversations/${conversationId}/participants`,
    body: { userId: addableUserId },
  }),
  listParticipants: ({ conversationId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/participants`,
  }),
  getParticipant: ({ conversationId, otherParticipantId }) => ({
    method: 'GET',
    path: `/conversations/${conversationId}/participants/${otherParticipantId}`,
  }),
  removeParticipant: ({ conversationId, otherParticipantId }) => ({
    method: 'DELETE',
    path: `/conversations/${conversationId}/participants/${otherParticipantId}`,
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

/** A conversation with a message and an event, and users with different access to it. */
export interface TestConversation extends RequestIds {
  readonly nonParticipant: TestUser
  readonly participant: TestUser
  readonly owner: TestUser
  /** The participant who sent the message and the event. */
  readonly sender: TestUser
}

export async function createTestConversation(url: string): Promise<TestConversation> {
  const creating = Array.from({ length: 6 }, () => createTestUser(url))
  const [nonParticipant, participant, owner, sender, otherParticipant, addableUser] = (await Promise.all(
    creating,
  )) as [TestUser, TestUser, TestUser, TestUser, TestUser, TestUser]
  const conversationId = await createConversation(owner, participant, sender, otherParticipant)
  const message = await sendText(sender, conversationId, 'Hello')
  const { body } = await sender.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: {},
  })
  return {
    nonParticipant,
    participant,
    owner,
    sender,
    conversationId,
    messageId: message.id,
    eventId: body.event.id,
    otherParticipantId: otherParticipant.id,
    addableUserId: addableUser.id,
  }
}
