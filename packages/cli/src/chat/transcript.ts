import type { ChatMessage, StoredMessage } from '@parley/rx'

/** Which messages were shown. What is shown stays on the paper: only what is new is to be printed. */
export interface Transcript {
  /** The messages that are shown now, in their order. */
  readonly shown: readonly StoredMessage[]
  /**
   * Takes the conversation's messages; returns those to be printed now.
   *
   * `isReordered`: printing them is not enough, as one went, or came between those that were printed.
   */
  update(messages: readonly ChatMessage[]): { added: StoredMessage[]; isReordered: boolean }
  /** The next page of what lies before all that was shown, as far as it is known. */
  showOlder(messages: readonly ChatMessage[]): StoredMessage[]
}

const olderCount = 20

/** @param historyCount - How many messages of the first `update` are shown. */
export function createTranscript(historyCount: number): Transcript {
  let shown: readonly StoredMessage[] = []
  let isFirst = true
  /** Messages before this time are not shown. */
  let floor = ''
  /** Of those at that very time, these are not shown either. */
  let below: ReadonlySet<string> = new Set()

  const isShowable = ({ createdAt, key }: StoredMessage): boolean =>
    createdAt > floor || (createdAt === floor && !below.has(key))

  function setFloor(hidden: readonly StoredMessage[], first: StoredMessage | undefined): void {
    floor = first?.createdAt ?? hidden.at(-1)?.createdAt ?? floor
    below = new Set(hidden.filter(({ createdAt }) => createdAt === floor).map(({ key }) => key))
  }

  return {
    get shown() {
      return shown
    },
    update(messages) {
      const sent = messages.filter((message) => message.status === 'sent')
      if (isFirst) {
        const cut = Math.max(0, sent.length - historyCount)
        setFloor(sent.slice(0, cut), sent[cut])
      }
      isFirst = false
      const next = sent.filter(isShowable)
      const former = new Set(shown.map(({ key }) => key))
      const added = next.filter(({ key }) => !former.has(key))
      const isReordered = shown.some(({ key }, index) => next[index]?.key !== key)
      shown = next
      return { added, isReordered }
    },
    showOlder(messages) {
      const hidden = messages
        .filter((message) => message.status === 'sent')
        .filter((each) => !isShowable(each))
      const cut = Math.max(0, hidden.length - olderCount)
      const older = hidden.slice(cut)
      if (older.length > 0) setFloor(hidden.slice(0, cut), older[0])
      shown = [...older, ...shown]
      return older
    },
  }
}
