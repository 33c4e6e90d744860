import { decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { signUserKey } from './sign-user-key.ts'

const encryptionKey = 'a secret of the operator'
const secret = new TextEncoder().encode(encryptionKey)

test("a key is a JWT (HS256) with the user's id and nothing else", async () => {
  const key = await signUserKey({ userId: 'team/ada', encryptionKey })

  const { payload } = await jwtVerify(key, secret, { algorithms: ['HS256'] })
  expect(payload).toEqual({ id: 'team/ada' })
  expect(decodeProtectedHeader(key)).toEqual({ alg: 'HS256', typ: 'JWT' })
})

test('a key can expire', async () => {
  const now = () => Date.UTC(2026, 0, 1)

  const key = await signUserKey({ userId: 'ada', encryptionKey, expiresInSeconds: 60, now })

  const { payload } = await jwtVerify(key, secret, { currentDate: new Date(now()) })
  expect(payload).toEqual({ id: 'ada', exp: Date.UTC(2026, 0, 1) / 1000 + 60 })
})

test.each(['', 'a'.repeat(71), 'ada lovelace', 'ada\n', 'ädä', 'a.b'])(
  'the id %j is rejected',
  async (userId) => {
    await expect(signUserKey({ userId, encryptionKey })).rejects.toMatchObject({
      name: 'ChatError',
      type: 'InvalidIdentifier',
      message:
        `Unable to sign the user key; the user id ${JSON.stringify(userId)} is invalid. ` +
        'Use 1 to 70 characters, each a letter, a digit, "_", "-", "\\" or "/".',
    })
  },
)

test.each(['a', 'a'.repeat(70), 'A-z_0/9\\'])('the id %j is valid', async (userId) => {
  await expect(signUserKey({ userId, encryptionKey })).resolves.toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
})

test('an empty encryption key is rejected', async () => {
  await expect(signUserKey({ userId: 'ada', encryptionKey: '' })).rejects.toMatchObject({
    type: 'InvalidPayload',
    message: "Unable to sign the user key; the encryption key is empty. Pass the secret of the bot's server.",
  })
})
