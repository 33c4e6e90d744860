import type { Message, OperationResult } from '@parley/core/contract'
import { call, type Answer } from './call.ts'

/** Somebody with a key, who calls one bot. */
export interface Person {
  readonly url: string
  readonly id: string
  readonly key: string
  get<Body = unknown>(path: string): Promise<Answer<Body>>
  post<Body = unknown>(
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>>
  put<Body = unknown>(path: string, body?: unknown): Promise<Answer<Body>>
  delete<Body = unknown>(path: string, body?: unknown): Promise<Answer<Body>>
}

export function personWith(url: string, { id, key }: { id: string; key: string }): Person {
  return {
    url,
    id,
    key,
    get: (path) => call('GET', url + path, { key }),
    post: (path, body, headers = {}) => call('POST', url + path, { key, body, headers }),
    put: (path, body) => call('PUT', url + path, { key, body }),
    delete: (path, body) => call('DELETE', url + path, { key, body }),
  }
}

/** Makes a new user. */
export async function newPerson(
  url: string,
  fields: { id?: string; name?: string; pictureUrl?: string; profile?: string } = {},
): Promise<Person> {
  const { body } = await call<OperationResult<'createUser'>>('POST', `${url}/users`, { body: fields })
  return personWith(url, { id: body.user.id, key: body.key })
}

/** Makes a conversation that the first of them owns, and all take part in. @returns Its id. */
export async function newConversation(owner: Person, ...others: Person[]): Promise<string> {
  const { body } = await owner.post<OperationResult<'createConversation'>>('/conversations')
  const { id } = body.conversation
  for (const { id: userId } of others) await owner.post(`/conversations/${id}/participants`, { userId })
  return id
}

export async function say(sender: Person, conversationId: string, text: string): Promise<Message> {
  const payload = { type: 'text', text }
  const { body } = await sender.post<OperationResult<'createMessage'>>('/messages', {
    conversationId,
    payload,
  })
  return body.message
}

/** What the messages of a conversation say, newest first. */
export async function textsOf(reader: Person, conversationId: string): Promise<unknown[]> {
  const { body } = await reader.get<OperationResult<'listMessages'>>(
    `/conversations/${conversationId}/messages?limit=100`,
  )
  return body.messages.map(({ payload }) => ('text' in payload ? payload.text : payload))
}
