/** The SSE ids that a test server has sent. Lets it act as if its log no longer contained their positions. */
export interface IssuedIds {
  /** Records the ids in sent bytes. */
  record(bytes: Buffer): void
  /** Makes all issued ids unknown until they are issued again. */
  expire(): void
  isExpired(id: string | undefined): boolean
}

const ids = /^id: (\S+)$|^data: \{"state":"\w+","id":"(\S+)"\}$/gm

export function createIssuedIds(): IssuedIds {
  let issued = new Set<string>()
  const expired = new Set<string>()
  return {
    record: (bytes) => {
      for (const [, signalId, readyId] of bytes.toString().matchAll(ids)) {
        const id = signalId ?? readyId ?? ''
        issued.add(id)
        expired.delete(id)
      }
    },
    expire: () => {
      for (const id of issued) expired.add(id)
      issued = new Set()
    },
    isExpired: (id) => id !== undefined && expired.has(id),
  }
}
