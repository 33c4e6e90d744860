import type { StreamOptions, UserSignal } from '@parley/core'
import { expect, test } from 'vitest'
import type { SourceItem } from './conversation-source.ts'
import { createStreamSource } from './stream-source.ts'

const signal = (id: string): UserSignal => ({ type: 'unknown', data: {}, id })

test('a signal that nobody heard any more, as they had just left, comes to those who come next', async () => {
  const asked: unknown[] = []
  const source = createStreamSource(async function* ({ after, onReady }: Omit<StreamOptions, 'id'>) {
    asked.push(after)
    onReady?.({ state: 'fresh', id: '0' })
    yield signal('1')
    yield signal('2')
    await new Promise(() => {})
  })
  const heard: (string | undefined)[] = []
  const note = (item: SourceItem): void => {
    if (item.type === 'signal') heard.push(item.signal.id)
  }

  await new Promise<void>((resolve) => {
    const listening = source.items$.subscribe((item) => {
      note(item)
      if (item.type !== 'signal') return
      listening.unsubscribe()
      resolve()
    })
  })
  await new Promise((resolve) => setImmediate(resolve))
  source.items$.subscribe(note)

  expect(heard).toEqual(['1'])
  expect(asked).toEqual([undefined, '1'])
})
