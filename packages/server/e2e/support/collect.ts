import type { ChatSignal } from '@parley/core'

/** The signals of a stream, gathered as they come. */
export interface Collected {
  readonly signals: ChatSignal[]
  /** Resolves with all signals once `isEnough` holds for them; rejects if the stream ends before. */
  until(isEnough: (signals: ChatSignal[]) => boolean): Promise<ChatSignal[]>
  /** Resolves when the stream has ended, with what ended it if it was a failure. */
  readonly ended: Promise<unknown>
}

export function collect(stream: AsyncIterable<ChatSignal>): Collected {
  const signals: ChatSignal[] = []
  const waiting = new Set<() => void>()
  let hasEnded = false
  const wake = (): void => {
    for (const look of waiting) look()
  }
  const ended = (async () => {
    try {
      for await (const signal of stream) {
        signals.push(signal)
        wake()
      }
      return undefined
    } catch (error) {
      return error
    } finally {
      hasEnded = true
      wake()
    }
  })()

  return {
    signals,
    ended,
    until: (isEnough) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (isEnough(signals)) resolve(signals)
          else if (hasEnded) reject(new Error(`the stream ended after ${JSON.stringify(signals)}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** The texts of the messages among the signals, in order. */
export function textsOf(signals: ChatSignal[]): string[] {
  return signals.flatMap((signal) =>
    signal.type === 'message_created' && signal.data.payload.type === 'text'
      ? [signal.data.payload.text]
      : [],
  )
}

export function hasTexts(count: number): (signals: ChatSignal[]) => boolean {
  return (signals) => textsOf(signals).length >= count
}
