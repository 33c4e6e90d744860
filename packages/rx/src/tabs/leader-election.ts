import { Observable } from 'rxjs'
import { openChannel } from './channel.ts'
import type { TabEnvironment } from './tab-environment.ts'

/** The interval at which waiting tabs ping the leader. */
const pingIntervalMs = 5_000
const maxMissedPings = 2
/** If a timer is later than this, the machine is busy or was suspended, and responses may be late as well. */
const maxTimerDelayMs = 2_000

/**
 * Emits when this tab becomes the leader, and completes when it loses the leadership. Only one tab leads at a time.
 * Unsubscribing or closing the tab ends its leadership. `wasContended`: another tab led before.
 *
 * Tabs of all versions must agree on the lock and on the messages `ping` and `pong`; otherwise they steal the lock.
 *
 * A tab that is suspended without an event, as on phones, keeps its lock. If it misses its pings, a waiting tab steals
 * the lock. No library for leader election does this with Web Locks: `broadcast-channel` and `tab-election` wait for a
 * suspended leader, or elect by time-outs alone, which allows two leaders.
 */
export function electLeader(
  environment: TabEnvironment,
  name: string,
): Observable<{ wasContended: boolean }> {
  const { locks, clock } = environment

  return new Observable((subscriber) => {
    const abort = new AbortController()
    let release = (): void => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    let isLeader = false
    let missedPings = 0
    let stopPinging = (): void => {}

    const channel = openChannel<'ping' | 'pong'>(environment, `${name}:leader`, (message) => {
      if (message === 'pong') missedPings = 0
      else if (isLeader) channel.post('pong')
    })

    function lead(wasContended: boolean): Promise<void> {
      stopPinging()
      if (subscriber.closed) return released
      isLeader = true
      channel.post('pong')
      subscriber.next({ wasContended })
      return released
    }

    function ping(): void {
      const dueBy = clock.now() + pingIntervalMs + maxTimerDelayMs
      stopPinging = clock.after(pingIntervalMs, () => {
        if (clock.now() > dueBy) missedPings = 0
        if (missedPings >= maxMissedPings) return abort.abort()
        missedPings++
        channel.post('ping')
        ping()
      })
    }

    async function run(): Promise<void> {
      const wasFree = await locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await lead(false)
        return lock !== null
      })
      if (wasFree || subscriber.closed) return
      ping()
      await locks
        .request(name, { signal: abort.signal }, () => lead(true))
        .catch(async (error: unknown) => {
          if (isLeader || !abort.signal.aborted || subscriber.closed) throw error
          await locks.request(name, { steal: true }, () => lead(true))
        })
    }

    run().catch((error: unknown) => {
      // `AbortError`: another tab stole the lock. Other errors: locks are not allowed, so this tab leads without one.
      if ((error as DOMException).name !== 'AbortError') subscriber.next({ wasContended: false })
      else subscriber.complete()
    })

    return () => {
      stopPinging()
      abort.abort()
      release()
      channel.close()
    }
  })
}
