import type { StreamOptions, UserSignal } from '@parley/core'
import { expect, test } from 'vitest'
import { type SourceItem, createStreamSource } from './stream-source.ts'

const createSignal = (id: string): UserSignal => ({ type: 'unknown', data: {}, id })

test('a signal that arrives just after unsubscribing is delivered to the next subscriber', async () => {
  const requested: unknown[] = []
  const source = createStreamSource(async function* ({ after, onReady }: Omit<StreamOptions, 'id'>) {
    requested.push(after)
    onReady?.({ state: 'fresh', id: '0' })
    yield createSignal('1')
    yield createSignal('2')
    await new Promise(() => {})
  })
  const received: (string | undefined)[] = []
  const record = (item: SourceItem): void => {
    if (item.type === 'signal') received.push(item.signal.id)
  }

  await new Promise<void>((resolve) => {
    const subscription = source.items$.subscribe((item) => {
      record(item)
      if (item.type !== 'signal') return
      subscription.unsubscribe()
      resolve()
    })
  })
  await new Promise((resolve) => setImmediate(resolve))
  source.items$.subscribe(record)

  expect(received).toEqual(['1'])
  expect(requested).toEqual([undefined, '1'])
})
