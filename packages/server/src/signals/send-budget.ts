/** Limits the memory of unsent data for slow clients. */
export interface SendBudget {
  /**
   * Counts unsent bytes. If the total exceeds the budget, closes the connections that have waited longest.
   *
   * @returns A function to call when the bytes have been sent or the connection has closed.
   */
  reserve(bytes: number, destroy: () => void): () => void
}

interface Reservation {
  readonly bytes: number
  readonly destroy: () => void
}

const maxUnsentBytes = 128 * 1024 * 1024

export function createSendBudget(maxBytes: number = maxUnsentBytes): SendBudget {
  /** In order of arrival. */
  const reservations = new Set<Reservation>()
  let total = 0

  const release = (reservation: Reservation): void => {
    if (reservations.delete(reservation)) total -= reservation.bytes
  }

  return {
    reserve: (bytes, destroy) => {
      const reservation: Reservation = { bytes, destroy }
      reservations.add(reservation)
      total += bytes
      for (const oldest of reservations) {
        if (total <= maxBytes || oldest === reservation) break
        release(oldest)
        oldest.destroy()
      }
      return () => {
        release(reservation)
      }
    },
  }
}
