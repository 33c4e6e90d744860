import { createChat, type ConnectedUser, type StreamReady } from '@parley/core'
import { collect, type Collected } from './collect.ts'

/** A client that never tries again, so that a test sees what the server did. */
export function connectTo(url: string, userKey?: string): Promise<ConnectedUser> {
  const chat = createChat({ url, retry: { attempts: 1 } })
  return chat.connect(userKey === undefined ? {} : { userKey })
}

export async function say(me: ConnectedUser, conversationId: string, ...texts: string[]): Promise<void> {
  for (const text of texts) await me.createMessage({ conversationId, payload: { type: 'text', text } })
}

export interface Listening extends Collected {
  readonly ready: StreamReady
  /** Closes the stream from the listener's side. */
  cut(): void
}

/** Opens a stream and resolves once the server has said where it begins. */
export function listenTo(me: ConnectedUser, options: { id: string; after?: string }): Promise<Listening> {
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
            cut: () => {
              controller.abort()
            },
          })
        },
      }),
    )
    void collected.ended.then(reject)
  })
}
