import { ChatError, type Clock } from '@parley/core'

const minTries = 5
const minMs = 30_000

/**
 * Finds out that something on the way, such as a firewall, refuses one message: a browser hides the response and reports a network
 * failure. The network itself is fine if another request of the same client succeeded during each try.
 */
export interface BlockDetector {
  /** A try to send the message failed. */
  sendFailed: (cause: ChatError) => void
  /** Another request succeeded since. Returns why the message fails, once enough tries have failed over a long enough time. */
  otherSucceeded: () => ChatError | undefined
  /** Another request failed as well, or it is over: forgets all tries. */
  reset: () => void
}

export function createBlockDetector(clock: Clock): BlockDetector {
  let tries = 0
  let isLongEnough = false
  let latest: ChatError | undefined
  let stopTimer: (() => void) | undefined

  function reset(): void {
    stopTimer?.()
    stopTimer = latest = undefined
    tries = 0
    isLongEnough = false
  }

  return {
    sendFailed(cause) {
      if (!/^(NetworkFailed|TimedOut)$/.test(cause.type)) return reset()
      latest = cause
      // A timer, as the clock may be set back.
      stopTimer ??= clock.after(minMs, () => (isLongEnough = true))
    },
    otherSucceeded() {
      const cause = latest
      if (!cause) return undefined
      latest = undefined
      tries++
      return tries >= minTries && isLongEnough
        ? new ChatError(cause.type, `${cause.message} ${blocked}`, { cause })
        : undefined
    },
    reset,
  }
}

const blocked =
  'Other requests succeeded meanwhile, so a firewall or proxy may refuse this message. Change it, or try again elsewhere.'
