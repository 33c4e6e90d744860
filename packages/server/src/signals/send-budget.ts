/** Limits the memory of unsent data for slow clients. */
export interface SendBudget {
  /**
   * Counts unsent bytes. If the total exceeds the budget, it cuts the connections that have waited longest.
   *
   * @returns Call it once the bytes are sent or the connection has closed.
   */
  reserve(bytes: number, cut: () => void): () => void
}

interface Reservation {
  readonly bytes: number
  readonly cut: () => void
}

const maxUnsentBytes = 128 * 1024 * 1024

export function createSendBudget(maxBytes: number = maxUnsentBytes): SendBudget {
  /** In order of arrival. */
  const held = new Set<Reservation>()
  let total = 0

  const release = (one: Reservation): void => {
    if (held.delete(one)) total -= one.bytes
  }

  return {
    reserve: (bytes, cut) => {
      const one: Reservation = { bytes, cut }
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
