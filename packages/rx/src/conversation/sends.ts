import type { Message } from '@parley/core'
import type { Timeline } from '../timeline/timeline.ts'

/** The promises of what is being sent, kept by what the timeline says. */
export interface Sends {
  /** The promise of a message. */
  of: (key: string) => Send
  /** Keeps, or breaks, the promises of all that is not on its way any more. */
  settle: (timeline: Timeline) => void
}

interface Send {
  promise: Promise<Message>
  resolve: (message: Message) => void
  reject: (error: unknown) => void
  /** Stops waiting for its answer. */
  end: AbortController
}

export function createSends(): Sends {
  const sends = new Map<string, Send>()

  function open(): Send {
    let resolve: Send['resolve'] = () => {}
    let reject: Send['reject'] = () => {}
    const promise = new Promise<Message>((onMessage, onError) => {
      resolve = onMessage
      reject = onError
    })
    // Who does not look at the promise sees the failure in the message.
    promise.catch(() => {})
    return { promise, resolve, reject, end: new AbortController() }
  }

  return {
    of(key) {
      const send = sends.get(key) ?? open()
      sends.set(key, send)
      return send
    },
    settle({ sent, unsent }) {
      for (const [key, { resolve, reject, end }] of sends) {
        const still = unsent.find((each) => each.key === key)
        if (still?.status === 'sending') continue
        sends.delete(key)
        const message = still ? undefined : sent.findLast((each) => each.key === key)
        if (message) resolve(message)
        else {
          const reason = still?.error ?? new DOMException('The message was discarded.', 'AbortError')
          reject(reason)
          end.abort(reason)
        }
      }
    },
  }
}
