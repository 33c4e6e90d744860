import type { ChatSignal } from '@parley/core'

/** The signals received so far on a stream. */
export interface CollectedStream {
  readonly signals: ChatSignal[]
  /** Resolves with all signals once `isEnough` returns true. Rejects if the stream ends before. */
  until(isEnough: (signals: ChatSignal[]) => boolean): Promise<ChatSignal[]>
  /** Resolves when the stream has ended, with the error if there was one. */
  readonly ended: Promise<unknown>
}

export function collect(stream: AsyncIterable<ChatSignal>): CollectedStream {
  const signals: ChatSignal[] = []
  const checks = new Set<() => void>()
  let hasEnded = false
  const runChecks = (): void => {
    for (const check of checks) check()
  }
  const ended = (async () => {
    try {
      for await (const signal of stream) {
        signals.push(signal)
        runChecks()
      }
      return undefined
    } catch (error) {
      return error
    } finally {
      hasEnded = true
      runChecks()
    }
  })()

  return {
    signals,
    ended,
    until: (isEnough) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (isEnough(signals)) resolve(signals)
          else if (hasEnded) reject(new Error(`the stream ended after ${JSON.stringify(signals)}`))
          else return
          checks.delete(check)
        }
        checks.add(check)
        check()
      }),
  }
}

/** The texts of the messages among the signals, in order. */
export function messageTexts(signals: ChatSignal[]): string[] {
  return signals.flatMap((signal) =>
    signal.type === 'message_created' && signal.data.payload.type === 'text'
      ? [signal.data.payload.text]
      : [],
  )
}

export function hasTexts(count: number): (signals: ChatSignal[]) => boolean {
  return (signals) => messageTexts(signals).length >= count
}
