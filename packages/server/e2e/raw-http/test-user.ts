import type { Message, OperationResult } from '@parley/core/contract'
import { sendRequest, type ReceivedResponse } from './send-request.ts'

/** A user of one bot, with a user key. */
export interface TestUser {
  readonly url: string
  readonly id: string
  readonly key: string
  get<Body = unknown>(path: string): Promise<ReceivedResponse<Body>>
  post<Body = unknown>(
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ReceivedResponse<Body>>
  put<Body = unknown>(path: string, body?: unknown): Promise<ReceivedResponse<Body>>
  delete<Body = unknown>(path: string, body?: unknown): Promise<ReceivedResponse<Body>>
}

export function testUserWithKey(url: string, { id, key }: { id: string; key: string }): TestUser {
  return {
    url,
    id,
    key,
    get: (path) => sendRequest('GET', url + path, { key }),
    post: (path, body, headers = {}) => sendRequest('POST', url + path, { key, body, headers }),
    put: (path, body) => sendRequest('PUT', url + path, { key, body }),
    delete: (path, body) => sendRequest('DELETE', url + path, { key, body }),
  }
}

/** Creates a user with `POST /users`. */
export async function createTestUser(
  url: string,
  fields: { id?: string; name?: string; pictureUrl?: string; profile?: string } = {},
): Promise<TestUser> {
  const { body } = await sendRequest<OperationResult<'createUser'>>('POST', `${url}/users`, { body: fields })
  return testUserWithKey(url, { id: body.user.id, key: body.key })
}

/** Creates a conversation of `owner` and adds `participants`. @returns Its id. */
export async function createConversation(owner: TestUser, ...participants: TestUser[]): Promise<string> {
  const { body } = await owner.post<OperationResult<'createConversation'>>('/conversations')
  const { id } = body.conversation
  for (const { id: userId } of participants) await owner.post(`/conversations/${id}/participants`, { userId })
  return id
}

export async function sendText(sender: TestUser, conversationId: string, text: string): Promise<Message> {
  const payload = { type: 'text', text }
  const { body } = await sender.post<OperationResult<'createMessage'>>('/messages', {
    conversationId,
    payload,
  })
  return body.message
}

/** The texts of the newest 100 messages of a conversation, newest first. */
export async function listTexts(reader: TestUser, conversationId: string): Promise<unknown[]> {
  const { body } = await reader.get<OperationResult<'listMessages'>>(
    `/conversations/${conversationId}/messages?limit=100`,
  )
  return body.messages.map(({ payload }) => ('text' in payload ? payload.text : payload))
}
