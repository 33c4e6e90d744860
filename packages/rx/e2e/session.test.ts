import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { sessionOf, startConnecting } from '../src/session/index.ts'
import { startHostedService } from './hosted-service.ts'
import { join, textsOf, until } from './join.ts'

test('a session has a conversation as a store, shared by all who ask, and lets go of it with the last', async () => {
  await using service = await startHostedService()
  service.say('c1', 'bob', 'before')
  const me = await join(service, 'me')
  const { state, actions } = sessionOf(me, { options: { graceMs: 20 } }).conversation('c1')
  const again = sessionOf(me, {}).conversation('c1').state
  const stops = [state.subscribe(() => {}), again.subscribe(() => {})]
  await until(() => state.get().connection.isInSync)

  const sending = actions.send('Hello')
  expect(state.get().messages).toMatchObject([{ status: 'sent' }, { status: 'sending' }])
  await sending
  await until(() => state.get().messages.every(({ status }) => status === 'sent'))

  expect(textsOf(state.get().messages)).toEqual(['before', 'Hello'])
  expect(service.opened).toBe(1)
  stops.forEach((stop) => stop())
  await until(() => service.streams === 0)
})

test('all that comes before the next frame is one change', async () => {
  await using service = await startHostedService()
  service.say('c1', 'bob', '0')
  const { state } = sessionOf(await join(service, 'me'), {}).conversation('c1')
  const counts: number[] = []
  const stop = state.subscribe(() => counts.push(state.get().messages.length))
  await until(() => state.get().connection.isInSync)

  for (let index = 1; index <= 500; index++) service.say('c1', 'bob', `${index}`)
  await until(() => state.get().messages.length === 501)

  // They come in a few chunks: each is shown by the frame after it, and no message by itself.
  expect(counts.length).toBeLessThan(500)
  stop()
})

test('connecting is tried again as long as the network fails, and at once when it is asked to', async () => {
  await using service = await startHostedService()
  service.isDown = true
  const chat = createChat({ url: service.url, retry: { attempts: 1 } })
  const connecting = startConnecting(chat, () => ({ userKey: 'me' }))
  const stop = connecting.subscribe(() => {})
  await until(() => connecting.get().error !== undefined)
  const failed = connecting.get()

  service.isDown = false
  connecting.connect()
  await until(() => connecting.get().state === 'connected')

  expect(failed).toMatchObject({ state: 'connecting', error: { type: 'NetworkFailed' } })
  expect(connecting.get().user?.user.id).toBe('me')
  stop()
})
