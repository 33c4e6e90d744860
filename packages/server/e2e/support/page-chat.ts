/** The script of a page behind a proxy: one user and three conversations, each with its own stream. */
import { createChat } from '@parley/core'

export interface PageReport {
  /** The texts received on the streams of the conversations, and on the user's stream. */
  readonly heard: string[][]
  /** The protocols of finished requests to the chat, as the browser names them: `h2`, `http/1.1`. */
  readonly protocols: string[]
}

const conversationCount = 8

/** Opens more streams than a browser opens HTTP/1.1 connections to one host. */
export async function chatInPage(url: string): Promise<PageReport> {
  const me = await createChat({ url }).connect()
  const controller = new AbortController()
  const { signal } = controller
  const heard: string[][] = []
  const complete: Promise<void>[] = []
  const hear = async (stream: AsyncIterable<unknown>, count: number): Promise<void> => {
    const texts: string[] = []
    heard.push(texts)
    for await (const each of stream) {
      const { type, data } = each as { type: string; data: { payload?: { text?: string } } }
      if (type === 'message_created') texts.push(data.payload?.text ?? '')
      if (texts.length === count) return
    }
  }

  complete.push(hear(me.listenUser({ signal }), 2 * conversationCount))
  const ids: string[] = []
  for (let index = 0; index < conversationCount; index++) {
    const { conversation } = await me.createConversation({})
    ids.push(conversation.id)
    complete.push(hear(me.listenConversation({ id: conversation.id, signal }), 2))
  }
  for (const conversationId of ids) {
    await me.createMessage({ conversationId, payload: { type: 'text', text: 'hello' } })
  }
  await Promise.all(complete)
  controller.abort()

  const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const protocols = requests.map(({ nextHopProtocol }) => nextHopProtocol).filter((name) => name !== '')
  return { heard, protocols: [...new Set(protocols)] }
}

declare global {
  var chatInPage: (url: string) => Promise<PageReport>
}
globalThis.chatInPage = chatInPage
