import type { ChatMessage, StoredMessage } from '@parley/rx'

/** Tracks which stored messages were printed, to print only new ones. */
export interface Transcript {
  /** The printed messages, in their current order. */
  readonly printed: readonly StoredMessage[]
  /**
   * Takes the conversation's messages and returns those to print now.
   *
   * `isReordered`: appending is not enough, because a printed message was removed or a message was inserted before one.
   */
  update(messages: readonly ChatMessage[]): { added: StoredMessage[]; isReordered: boolean }
  /** Returns the next page of loaded messages that precede all printed ones. */
  showOlder(messages: readonly ChatMessage[]): StoredMessage[]
}

const olderPageSize = 20

/** @param historyCount - The number of messages of the first `update` to print. */
export function createTranscript(historyCount: number): Transcript {
  let printed: readonly StoredMessage[] = []
  let isFirst = true
  /** Messages created before this time are hidden. */
  let startTime = ''
  /** The keys of hidden messages that were created at `startTime`. */
  let hiddenAtStart: ReadonlySet<string> = new Set()

  const isVisible = ({ createdAt, key }: StoredMessage): boolean =>
    createdAt > startTime || (createdAt === startTime && !hiddenAtStart.has(key))

  function setStart(hidden: readonly StoredMessage[], firstVisible: StoredMessage | undefined): void {
    startTime = firstVisible?.createdAt ?? hidden.at(-1)?.createdAt ?? startTime
    hiddenAtStart = new Set(hidden.filter(({ createdAt }) => createdAt === startTime).map(({ key }) => key))
  }

  return {
    get printed() {
      return printed
    },
    update(messages) {
      const stored = messages.filter((message) => message.status === 'sent')
      if (isFirst) {
        const startIndex = Math.max(0, stored.length - historyCount)
        setStart(stored.slice(0, startIndex), stored[startIndex])
      }
      isFirst = false
      const visible = stored.filter(isVisible)
      const previousKeys = new Set(printed.map(({ key }) => key))
      const added = visible.filter(({ key }) => !previousKeys.has(key))
      const isReordered = printed.some(({ key }, index) => visible[index]?.key !== key)
      printed = visible
      return { added, isReordered }
    },
    showOlder(messages) {
      const hidden = messages
        .filter((message) => message.status === 'sent')
        .filter((message) => !isVisible(message))
      const startIndex = Math.max(0, hidden.length - olderPageSize)
      const older = hidden.slice(startIndex)
      if (older.length > 0) setStart(hidden.slice(0, startIndex), older[0])
      printed = [...older, ...printed]
      return older
    },
  }
}
