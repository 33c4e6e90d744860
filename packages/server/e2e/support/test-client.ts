import { createChat, type ConnectedUser, type StreamReady } from '@parley/core'
import { collect, type CollectedStream } from './collect.ts'

/** Connects a client that does not retry requests, so that tests see every error of the server. */
export function connectWithoutRetry(url: string, userKey?: string): Promise<ConnectedUser> {
  const chat = createChat({ url, retry: { attempts: 1 } })
  return chat.connect(userKey === undefined ? {} : { userKey })
}

export async function sendTexts(
  me: ConnectedUser,
  conversationId: string,
  ...texts: string[]
): Promise<void> {
  for (const text of texts) await me.createMessage({ conversationId, payload: { type: 'text', text } })
}

export interface ReadyStream extends CollectedStream {
  readonly ready: StreamReady
  /** Aborts the stream on the client. */
  close(): void
}

/** Opens a stream. Resolves when the server has sent the `ready` event. */
export function openStream(me: ConnectedUser, options: { id: string; after?: string }): Promise<ReadyStream> {
  const controller = new AbortController()
  return new Promise((resolve, reject) => {
    const collected = collect(
      me.listenConversation({
        ...options,
        signal: controller.signal,
        onReady: (ready) => {
          resolve({
            ...collected,
            ready,
            close: () => {
              controller.abort()
            },
          })
        },
      }),
    )
    void collected.ended.then(reject)
  })
}
