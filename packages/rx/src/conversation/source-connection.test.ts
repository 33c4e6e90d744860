import { NEVER, Subject, type Observable } from 'rxjs'
import { expect, test } from 'vitest'
import { runMarbles } from '../../e2e/model/run-marbles.ts'
import { delta } from '../../e2e/model/timeline-actions.ts'
import type { SourceItem } from '../stream/stream-source.ts'
import { createReducedState } from '../time/state.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import { createSourceConnection } from './source-connection.ts'

const online: SourceItem = { type: 'ready', ready: { state: 'fresh' } }
const lost: SourceItem = { type: 'status', status: { state: 'offline' } }
const text: SourceItem = { type: 'signal', signal: delta(0, 'a') }

/** Connects to a source. Listing never ends. */
function connectTo(
  items$: Observable<SourceItem>,
  clock: Parameters<typeof createSourceConnection>[0]['clock'],
) {
  const timeline = createReducedState(reduceTimeline, emptyTimeline('c1', 'me'))
  const active: boolean[] = []
  const connection = createSourceConnection(
    { timeline, clock, random: () => 1, retryNow$: new Subject<void>() },
    {
      source: { items$, reconnectNow() {} },
      history: { sync: () => new Promise(() => {}) },
      outbox: { setActive: (isActive) => void active.push(isActive) },
      typing: { track: () => NEVER },
      disconnectDelayMs: 500,
    },
  )
  return { ...connection, timeline, active }
}

test('all subscribers share one connection, which closes 500 ms after the last one has left', () => {
  runMarbles(({ clock, cold, expectObservable, expectSubscriptions, flush }) => {
    const items$ = cold<SourceItem>('c', { c: { type: 'status', status: { state: 'connecting' } } })
    const { keepConnected, active } = connectTo(items$, clock)

    expectObservable(keepConnected(NEVER), '^ 99ms !').toBe('-')
    expectObservable(keepConnected(NEVER), '400ms ^ 99ms !').toBe('-')
    expectObservable(keepConnected(NEVER), '2s ^ 99ms !').toBe('-')
    flush()

    expectSubscriptions(items$.subscriptions).toBe(['^ 999ms !', '2s ^ 599ms !'])
    expect(active).toEqual([true, false, true, false])
  })
})

test('a streaming message that a new connection has not announced within 2 s is dropped', () => {
  runMarbles(({ clock, cold, expectObservable }) => {
    const items$ = cold('r 9ms t 9ms l 979ms r', { r: online, t: text, l: lost })
    const { keepConnected, timeline } = connectTo(items$, clock)
    expectObservable(keepConnected(NEVER), '^ 4s !').toBe('-')

    expectObservable(timeline.value$).toBe('a 9ms b 9ms c 2979ms a', {
      a: expect.objectContaining({ streaming: [] }),
      b: expect.objectContaining({ streaming: [expect.objectContaining({ sequence: 0 })] }),
      c: expect.objectContaining({ streaming: [expect.objectContaining({ sequence: -1 })] }),
    })
  })
})
