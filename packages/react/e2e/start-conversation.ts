import { createChat, type ConnectedUser } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import type { TestServer } from '@parley/server/testing'

/** Connects a user and creates a conversation with one message per text. */
export async function startConversation(
  server: TestServer,
  ...texts: string[]
): Promise<{ me: ConnectedUser; id: string; sendText: (text: string) => Promise<void> }> {
  const me = await createChat({ url: server.url }).connect({ name: 'Ann' })
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const sendText = async (text: string): Promise<void> => {
    await me.createMessage({ conversationId: id, payload: { type: 'text', text } })
  }
  for (const text of texts) await sendText(text)
  return { me, id, sendText }
}

/** Returns `text:status` of each message, separated by commas. */
export function describeMessages(messages: readonly ChatMessage[]): string {
  return messages
    .map(({ payload, status }) => `${payload.type === 'text' ? payload.text : payload.type}:${status}`)
    .join()
}

/** Counts the requests with this method whose path has this ending. */
export function countRequests(server: TestServer, method: string, pathEnd: string): number {
  return server.requests.filter((request) => request.method === method && request.path.endsWith(pathEnd))
    .length
}
