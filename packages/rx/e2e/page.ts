import { createChat } from '@parley/core'
import {
  openConversation,
  type ChatMessage,
  type ConversationConnection,
  type LiveConversation,
} from '../src/index.ts'

export interface OpenPage {
  conversation: LiveConversation
  messages: readonly ChatMessage[]
  connection?: ConversationConnection
}

/** Runs in each page of the browser test. Opens a conversation with default options. */
export async function openInPage(url: string): Promise<OpenPage> {
  const me = await createChat({ url }).connect({ userKey: 'me' })
  const conversation = openConversation(me, 'c1')
  const page: OpenPage = { conversation, messages: [] }
  conversation.messages$.subscribe((messages) => (page.messages = messages))
  conversation.connection$.subscribe((connection) => (page.connection = connection))
  return page
}
