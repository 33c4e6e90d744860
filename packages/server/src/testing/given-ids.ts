/** The SSE ids that a test server has given, so that it can act as one whose log has lost what they stood for. */
export interface GivenIds {
  /** Takes note of the ids in what is sent. */
  note(bytes: Buffer): void
  /** Makes all ids that were given unknown, until they are given again. */
  forget(): void
  isForgotten(id: string | undefined): boolean
}

const ids = /^id: (\S+)$|^data: \{"state":"\w+","id":"(\S+)"\}$/gm

export function createGivenIds(): GivenIds {
  let given = new Set<string>()
  const forgotten = new Set<string>()
  return {
    note: (bytes) => {
      for (const [, ofSignal, ofReady] of bytes.toString().matchAll(ids)) {
        const id = ofSignal ?? ofReady ?? ''
        given.add(id)
        forgotten.delete(id)
      }
    },
    forget: () => {
      for (const id of given) forgotten.add(id)
      given = new Set()
    },
    isForgotten: (id) => id !== undefined && forgotten.has(id),
  }
}
