import type { ChatView } from '../chat-view.ts'
import { connectionText } from '../connection-text.ts'

/** How long it is said that the connection is back. */
const backMs = 3_000

export interface StatusLine {
  /** What is going on now. */
  lines(view: ChatView | undefined): string[]
  /** When that changes by itself, in milliseconds from now. */
  readonly nextChangeInMs: number | undefined
}

/** Says what is going on: the connection, and who is typing. */
export function createStatusLine(now: () => number, displayName: (userId: string) => string): StatusLine {
  let wasLost = false
  let backAt = -Infinity
  let nextChangeInMs: number | undefined

  return {
    get nextChangeInMs() {
      return nextChangeInMs
    },
    lines(view) {
      nextChangeInMs = undefined
      if (!view) return ['connecting…']
      const { connection, typing } = view
      const isWell = connection.state === 'online' && connection.isSynced
      if (wasLost && isWell) backAt = now()
      wasLost = !isWell && (wasLost || connection.state === 'reconnecting' || connection.state === 'offline')

      const waitMs = connection.state === 'reconnecting' ? connection.retryAt - now() : 0
      const shownMs = backAt + backMs - now()
      if (waitMs > 0) nextChangeInMs = waitMs % 1000 || 1000
      else if (isWell && shownMs > 0) nextChangeInMs = shownMs

      const isBack = isWell && shownMs > 0
      const status = isBack ? 'back' : connectionText(connection, now())
      const typists = typing.map(displayName)
      return [
        ...(status === undefined ? [] : [status]),
        ...(typists.length > 0 ? [`${typists.join(', ')} ${typists.length > 1 ? 'are' : 'is'} typing…`] : []),
      ]
    },
  }
}
