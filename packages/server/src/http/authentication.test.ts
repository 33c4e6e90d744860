import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createUserKeySigner } from './authentication.ts'

const secret = 'x'.repeat(32)
const secretBytes = new TextEncoder().encode(secret)
const signKey = (payload: object): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256' }).sign(secretBytes)

test('the cache of verified keys occupies at most 8 MiB, however long the keys are', async () => {
  const keys = createUserKeySigner({ secret, webhookId: 'demo', now: () => 0 })
  const longKeys = await Promise.all(
    Array.from({ length: 3_000 }, (_, n) => signKey({ id: `user${n}`, claim: 'x'.repeat(2_900) })),
  )
  const [first = ''] = longKeys

  await keys.verify(first)
  const cached = keys.verify(first)
  for (const key of longKeys) await keys.verify(key)
  const newest = keys.verify(longKeys.at(-1))
  const oldest = keys.verify(first)

  // Cached keys are verified synchronously.
  expect(cached).toMatchObject({ userId: 'user0' })
  expect(newest).toMatchObject({ userId: 'user2999' })
  expect(oldest).toBeInstanceOf(Promise)
  expect(await oldest).toMatchObject({ userId: 'user0' })
})

test('accepts keys up to 5 s before their nbf, as clocks differ', async () => {
  const now = Date.UTC(2026, 0, 1)
  const keys = createUserKeySigner({ secret, webhookId: 'demo', now: () => now })
  const validIn = (seconds: number) => signKey({ id: 'ada', nbf: now / 1000 + seconds })

  await expect(keys.verify(await validIn(5))).resolves.toMatchObject({ userId: 'ada' })
  await expect(keys.verify(await validIn(6))).rejects.toMatchObject({
    type: 'Unauthorized',
    message: 'Unable to accept the user key; it is not valid before its nbf. Check the clocks.',
  })
})
