import { expect, test } from 'vitest'
import type { UserListener } from './listener.ts'
import { createUserSubscriptions } from './user-subscriptions.ts'

const stream = (userKey: number): UserListener => ({ userKey }) as UserListener
const keysOf = (followers: Iterable<{ userKey: number }>) => [...followers].map(({ userKey }) => userKey)

test('all streams of a user share one set of conversations and one read', async () => {
  const followers = createUserSubscriptions()
  const streams = [stream(7), stream(7), stream(8)]
  let reads = 0
  const read = async () => {
    reads++
    return [1, 2]
  }

  for (const one of streams) {
    followers.add(one)
    await followers.load(one.userKey, read)
  }

  expect(reads).toBe(2)
  expect(keysOf(followers.subscribersOf(1))).toEqual([7, 8])
  expect([...followers.listenersOf(7)]).toEqual(streams.slice(0, 2))
})

test('a user follows until their last stream has closed', async () => {
  const followers = createUserSubscriptions()
  const [first, second] = [stream(7), stream(7)]
  for (const one of [first, second]) followers.add(one)
  await followers.load(7, async () => [1, 2])

  followers.remove(first)
  const afterOne = keysOf(followers.subscribersOf(2))
  followers.remove(second)

  expect(afterOne).toEqual([7])
  expect(
    [followers.subscribersOf(1), followers.subscribersOf(2), followers.listenersOf(7)].flatMap((some) => [
      ...some,
    ]),
  ).toEqual([])
})

test('joining and leaving during the read count', async () => {
  const followers = createUserSubscriptions()
  followers.add(stream(7))

  await followers.load(7, async () => {
    followers.joinConversation(7, 3)
    followers.leaveConversation(7, 1)
    followers.leaveConversation(7, 2)
    followers.joinConversation(7, 2)
    return [1, 2]
  })

  expect([1, 2, 3].map((key) => keysOf(followers.subscribersOf(key)))).toEqual([[], [7], [7]])
})

test('a failed read is retried by the next stream', async () => {
  const followers = createUserSubscriptions()
  followers.add(stream(7))

  const failed = followers.load(7, async () => {
    throw new Error('the disk is gone')
  })
  await expect(failed).rejects.toThrow('the disk is gone')
  await followers.load(7, async () => [1])

  expect(keysOf(followers.subscribersOf(1))).toEqual([7])
})
