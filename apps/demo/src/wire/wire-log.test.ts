import { firstValueFrom, skip, take, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import type { RequestEntry } from './wire-entry.ts'
import { noCounts } from './wire-log.ts'
import { createWireLog, type WireLog } from './wire-log.ts'

test('keeps the newest entries; a change does not restore a dropped one', async () => {
  const log = createWireLog({ limit: 2 })
  for (let count = 0; count < 3; count++) log.put(request(log))

  log.put({ ...request(log), key: 1, state: 'done' })

  const { entries, counts } = await firstValueFrom(log.content$)
  expect(entries.map(({ key }) => key)).toEqual([2, 3])
  expect(counts.requests).toBe(3)
})

test('replaces an entry in place, and counts only the difference', async () => {
  const log = createWireLog()
  const first = request(log)
  log.put(first)
  log.put(request(log))

  log.put({ ...first, state: 'failed', receivedBytes: 40 })
  log.put({ ...first, state: 'failed', receivedBytes: 60 })

  const { entries, counts } = await firstValueFrom(log.content$)
  expect(entries.map(({ key }) => key)).toEqual([1, 2])
  expect(counts).toEqual({ ...noCounts, requests: 2, failures: 1, receivedBytes: 60 })
})

test('clears the log, and ignores changes of earlier entries', async () => {
  const log = createWireLog()
  const earlier = request(log)
  log.put(earlier)

  log.clear()
  log.put({ ...earlier, state: 'done' })
  log.put(request(log))

  const { entries, counts } = await firstValueFrom(log.content$)
  expect(entries.map(({ key }) => key)).toEqual([2])
  expect(counts).toEqual({ ...noCounts, requests: 1 })
})

test('reports clearing immediately, even within a burst', () => {
  const log = createWireLog()
  const shown: number[] = []
  const subscription = log.content$.subscribe(({ entries }) => shown.push(entries.length))
  log.put(request(log))
  log.put(request(log))

  log.clear()

  expect(shown).toEqual([0, 1, 0])
  subscription.unsubscribe()
})

test('reports a burst as two changes: the first entry, then the rest together', async () => {
  const log = createWireLog({ intervalMs: 10 })
  const changes = firstValueFrom(log.content$.pipe(skip(1), take(2), toArray()))

  for (let count = 0; count < 1_000; count++) log.put(request(log))

  expect((await changes).map(({ entries }) => entries.length)).toEqual([1, 1_000])
})

function request(log: WireLog): RequestEntry {
  return {
    kind: 'request',
    key: log.nextKey(),
    at: 0,
    method: 'GET',
    path: '/demo/hello',
    attempt: 1,
    state: 'pending',
    status: 0,
    isStream: false,
    requestHeaders: [],
    requestBody: '',
    responseHeaders: [],
    responseBody: '',
    receivedBytes: 0,
  }
}
