import { Observable } from 'rxjs'
import { openChannel, type TabEnvironment } from './tab-environment.ts'

/** A holder is asked this often whether it lives, by those who wait. */
const checkMs = 5_000
const maxUnanswered = 2
/** A question that comes so much too late tells of a busy machine, or one that slept: answers may be late as well. */
const lateMs = 2_000

/**
 * Emits when this tab has its turn, which one tab has at a time, and completes when it has lost it. Unsubscribing ends it, as does
 * the end of the tab. Emits whether another tab had it until now.
 *
 * A tab that is put to sleep without a word, as on phones, keeps its lock: who waits in vain for an answer takes the turn away.
 */
export function turns(ports: TabEnvironment, name: string): Observable<{ hasWaited: boolean }> {
  const { locks, clock } = ports

  return new Observable((subscriber) => {
    const waiting = new AbortController()
    let release = (): void => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    let isHolding = false
    let unanswered = 0
    let stopChecking = (): void => {}

    const channel = openChannel<'ask' | 'here'>(ports, `${name}:turn`, (news) => {
      if (news === 'here') unanswered = 0
      else if (isHolding) channel.tell('here')
    })

    function hold(hasWaited: boolean): Promise<void> {
      stopChecking()
      if (subscriber.closed) return released
      isHolding = true
      channel.tell('here')
      subscriber.next({ hasWaited })
      return released
    }

    function check(): void {
      const lateAt = clock.now() + checkMs + lateMs
      stopChecking = clock.after(checkMs, () => {
        if (clock.now() > lateAt) unanswered = 0
        if (unanswered >= maxUnanswered) return waiting.abort()
        unanswered++
        channel.tell('ask')
        check()
      })
    }

    async function run(): Promise<void> {
      const isFree = await locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await hold(false)
        return lock !== null
      })
      if (isFree || subscriber.closed) return
      check()
      await locks
        .request(name, { signal: waiting.signal }, () => hold(true))
        .catch(async (error: unknown) => {
          if (isHolding || !waiting.signal.aborted || subscriber.closed) throw error
          await locks.request(name, { steal: true }, () => hold(true))
        })
    }

    run().catch((error: unknown) => {
      // A page without rights to locks is on its own. The other failure is the theft of the lock.
      if ((error as DOMException).name !== 'AbortError') subscriber.next({ hasWaited: false })
      else subscriber.complete()
    })

    return () => {
      stopChecking()
      waiting.abort()
      release()
      channel.close()
    }
  })
}
