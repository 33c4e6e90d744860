/** The script of a page behind a proxy: one user with eight conversations, each with its own stream. */
import { createChat } from '@parley/core'

export interface PageReport {
  /** The texts received on the user's stream, then on the stream of each conversation. */
  readonly receivedTexts: string[][]
  /** The protocols of completed requests, as named by the browser: `h2`, `http/1.1`. */
  readonly protocols: string[]
}

const conversationCount = 8

/** Opens more streams than a browser opens HTTP/1.1 connections to one host. */
export async function chatInPage(url: string): Promise<PageReport> {
  const me = await createChat({ url }).connect()
  const controller = new AbortController()
  const { signal } = controller
  const receivedTexts: string[][] = []
  const receiving: Promise<void>[] = []
  const receive = async (stream: AsyncIterable<unknown>, count: number): Promise<void> => {
    const texts: string[] = []
    receivedTexts.push(texts)
    for await (const signal of stream) {
      const { type, data } = signal as { type: string; data: { payload?: { text?: string } } }
      if (type === 'message_created') texts.push(data.payload?.text ?? '')
      if (texts.length === count) return
    }
  }

  receiving.push(receive(me.listenUser({ signal }), 2 * conversationCount))
  const ids: string[] = []
  for (let index = 0; index < conversationCount; index++) {
    const { conversation } = await me.createConversation({})
    ids.push(conversation.id)
    receiving.push(receive(me.listenConversation({ id: conversation.id, signal }), 2))
  }
  for (const conversationId of ids) {
    await me.createMessage({ conversationId, payload: { type: 'text', text: 'hello' } })
  }
  await Promise.all(receiving)
  controller.abort()

  const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  const protocols = requests.map(({ nextHopProtocol }) => nextHopProtocol).filter((name) => name !== '')
  return { receivedTexts, protocols: [...new Set(protocols)] }
}

declare global {
  var chatInPage: (url: string) => Promise<PageReport>
}
globalThis.chatInPage = chatInPage
