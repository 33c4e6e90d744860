/** The SSE ids that a test server has given, so that it can act as one whose log has lost what they stood for. */
export interface IssuedIds {
  /** Takes note of the ids in what is sent. */
  record(bytes: Buffer): void
  /** Makes all ids that were given unknown, until they are given again. */
  expire(): void
  isExpired(id: string | undefined): boolean
}

const ids = /^id: (\S+)$|^data: \{"state":"\w+","id":"(\S+)"\}$/gm

export function createIssuedIds(): IssuedIds {
  let given = new Set<string>()
  const forgotten = new Set<string>()
  return {
    record: (bytes) => {
      for (const [, ofSignal, ofReady] of bytes.toString().matchAll(ids)) {
        const id = ofSignal ?? ofReady ?? ''
        given.add(id)
        forgotten.delete(id)
      }
    },
    expire: () => {
      for (const id of given) forgotten.add(id)
      given = new Set()
    },
    isExpired: (id) => id !== undefined && forgotten.has(id),
  }
}
