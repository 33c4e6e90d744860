import { createChat, type ConnectedUser } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import type { TestServer } from '@parley/server/testing'

/** Somebody, and a conversation of theirs in which all these texts were said. */
export async function startConversation(
  server: TestServer,
  ...texts: string[]
): Promise<{ me: ConnectedUser; id: string; sendText: (text: string) => Promise<void> }> {
  const me = await createChat({ url: server.url }).connect({ name: 'Ann' })
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const say = async (text: string): Promise<void> => {
    await me.createMessage({ conversationId: id, payload: { type: 'text', text } })
  }
  for (const text of texts) await say(text)
  return { me, id, sendText: say }
}

export function describeMessages(messages: readonly ChatMessage[]): string {
  return messages
    .map(({ payload, status }) => `${payload.type === 'text' ? payload.text : payload.type}:${status}`)
    .join()
}

/** How many requests of this kind came to a server. */
export function countRequests(server: TestServer, method: string, end: string): number {
  return server.requests.filter((each) => each.method === method && each.path.endsWith(end)).length
}
