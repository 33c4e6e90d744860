import { ChatError, type Clock } from '@parley/core'

const minTries = 5
const minMs = 30_000

/**
 * Detects that a firewall or proxy refuses one message although the browser hides its response and reports a network
 * failure: the network itself works if another request of the same client succeeded after each attempt.
 */
export interface BlockDetector {
  /** An attempt to send the message failed. */
  sendFailed: (cause: ChatError) => void
  /**
   * Another request succeeded since. Returns the error of the message once enough attempts have failed over a long
   * enough time.
   */
  otherSucceeded: () => ChatError | undefined
  /** Another request failed as well, or the message is settled: forgets all attempts. */
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
      // A timer, not the clock, which may be set back.
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
  'Other requests succeeded, so a firewall or proxy may block this message. Change it, or use another network.'
