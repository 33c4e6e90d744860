/** Bounds the memory of what is sent to callers who are slow to read it. */
export interface SendBudget {
  /**
   * Counts bytes that wait to be sent. Where all of them exceed the budget, the connections that have waited longest
   * are cut.
   *
   * @returns To be called once they are sent, or their connection has closed.
   */
  hold(bytes: number, cut: () => void): () => void
}

interface Held {
  readonly bytes: number
  readonly cut: () => void
}

const maxUnsentBytes = 128 * 1024 * 1024

export function createSendBudget(maxBytes: number = maxUnsentBytes): SendBudget {
  /** In the order in which they came. */
  const held = new Set<Held>()
  let total = 0

  const release = (one: Held): void => {
    if (held.delete(one)) total -= one.bytes
  }

  return {
    hold: (bytes, cut) => {
      const one: Held = { bytes, cut }
      held.add(one)
      total += bytes
      for (const oldest of held) {
        if (total <= maxBytes || oldest === one) break
        release(oldest)
        oldest.cut()
      }
      return () => {
        release(one)
      }
    },
  }
}
