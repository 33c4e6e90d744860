import { expect, test } from 'vitest'
import type { UserListener } from './listeners.ts'
import { createUserSubscriptions } from './user-subscriptions.ts'

const stream = (userRowId: number): UserListener => ({ userRowId }) as UserListener
const userRowIds = (subscriptions: Iterable<{ userRowId: number }>) =>
  [...subscriptions].map(({ userRowId }) => userRowId)

test('all streams of a user share one set of conversations, loaded once', async () => {
  const subscriptions = createUserSubscriptions()
  const streams = [stream(7), stream(7), stream(8)]
  let reads = 0
  const read = async () => {
    reads++
    return [1, 2]
  }

  const added = []
  for (const item of streams) {
    added.push(subscriptions.add(item))
    await subscriptions.load(item.userRowId, read)
  }

  expect(reads).toBe(2)
  expect(userRowIds(subscriptions.subscribersOf(1))).toEqual([7, 8])
  expect(added[1]).toBe(added[0])
  expect([...(added[0]?.listeners ?? [])]).toEqual(streams.slice(0, 2))
})

test('a user stays subscribed until their last stream closes', async () => {
  const subscriptions = createUserSubscriptions()
  const [first, second] = [stream(7), stream(7)]
  for (const item of [first, second]) subscriptions.add(item)
  await subscriptions.load(7, async () => [1, 2])

  subscriptions.remove(first)
  const afterFirst = userRowIds(subscriptions.subscribersOf(2))
  subscriptions.remove(second)

  expect(afterFirst).toEqual([7])
  expect([1, 2].flatMap((rowId) => userRowIds(subscriptions.subscribersOf(rowId)))).toEqual([])
})

test('joining and leaving a conversation while the list loads takes effect', async () => {
  const subscriptions = createUserSubscriptions()
  subscriptions.add(stream(7))

  await subscriptions.load(7, async () => {
    subscriptions.joinConversation(7, 3)
    subscriptions.leaveConversation(7, 1)
    subscriptions.leaveConversation(7, 2)
    subscriptions.joinConversation(7, 2)
    return [1, 2]
  })

  expect([1, 2, 3].map((rowId) => userRowIds(subscriptions.subscribersOf(rowId)))).toEqual([[], [7], [7]])
})

test('the next stream retries a failed load', async () => {
  const subscriptions = createUserSubscriptions()
  subscriptions.add(stream(7))

  const failed = subscriptions.load(7, async () => {
    throw new Error('the disk is missing')
  })
  await expect(failed).rejects.toThrow('the disk is missing')
  await subscriptions.load(7, async () => [1])

  expect(userRowIds(subscriptions.subscribersOf(1))).toEqual([7])
})
