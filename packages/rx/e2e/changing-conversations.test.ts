import { expect, test } from 'vitest'
import {
  openConversation,
  openInbox,
  type HistoryState,
  type LiveConversation,
  type LoadState,
  type ParticipantsState,
} from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

const toText = ({ isLoading, error }: LoadState): string => error?.type ?? (isLoading ? 'loading' : 'loaded')

/** Records the participants: `loading`, their ids, or the type of the error. */
function watchParticipants(conversation: LiveConversation) {
  const seen: string[] = []
  const show = (state: ParticipantsState): string =>
    state.error || state.isLoading ? toText(state) : state.participants.map(({ id }) => id).join()
  const subscription = conversation.participants$.subscribe((state) => seen.push(show(state)))
  return { seen, stop: () => subscription.unsubscribe() }
}

function watchLoading({ loadState$ }: Pick<LiveConversation, 'loadState$'>) {
  const seen: string[] = []
  const subscription = loadState$.subscribe((state) => seen.push(toText(state)))
  return { seen, stop: () => subscription.unsubscribe() }
}

test('a deleted message disappears with the response, without a signal, and does not reappear', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const { id } = service.postMessage('c1', 'me', 'mine')
  const foreign = service.messages('c1')[0]?.id ?? ''
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest, stop } = watch(conversation)
  await until(() => latest.messages.length === 2)

  await conversation.deleteMessage(id)
  const texts = getTexts(latest.messages)
  await expect(conversation.deleteMessage(foreign)).rejects.toMatchObject({ type: 'ResourceNotFound' })

  expect(texts).toEqual(['before'])
  expect(getTexts(latest.messages)).toEqual(['before'])
  expect(getTexts(service.messages('c1'))).toEqual(['before'])
  stop()
})

test('deleting an own message that another tab has deleted removes it as well', async () => {
  await using service = await startFakeHostedService()
  const { id } = service.postMessage('c1', 'me', 'mine')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest, stop } = watch(conversation)
  await until(() => latest.messages.length === 1)

  service.deleteMessage('c1', id, false)
  await conversation.deleteMessage(id)

  expect(latest.messages).toEqual([])
  await expect(conversation.deleteMessage(id)).rejects.toMatchObject({ type: 'ResourceNotFound' })
  stop()
})

test('added and removed participants appear with the response, without a signal', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'eve', 'before')
  service.addParticipant('c1', 'me')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest, stop } = watch(conversation)
  const participants = watchParticipants(conversation)
  await until(() => participants.seen.at(-1) === 'me')

  const added = await conversation.addParticipant('eve')
  const afterAdding = participants.seen.at(-1)
  await conversation.removeParticipant('eve')

  expect(added.id).toBe('eve')
  expect(afterAdding).toBe('me,eve')
  expect(participants.seen).toEqual(['loading', 'me', 'me,eve', 'me'])
  expect(latest.messages).toMatchObject([{ isOwn: false, sender: { id: 'eve' } }])
  participants.stop()
  stop()
})

test('a user who leaves is disconnected with the response, without a signal', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  service.addParticipant('c1', 'me')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest, stop } = watch(conversation)
  const loading = watchLoading(conversation)
  await until(() => latest.connection?.isSynced === true)

  await conversation.leave()

  expect(latest.connection).toMatchObject({ state: 'closed', cause: { type: 'Forbidden' } })
  expect(loading.seen).toEqual(['loading', 'loaded', 'Forbidden'])
  await until(() => service.openStreams === 0)
  loading.stop()
  stop()
})

test('loading, empty and failed messages, participants and conversations are three states', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('empty', 'bob', 'deleted')
  service.deleteMessage('empty', service.messages('empty')[0]?.id ?? '')
  const user = await connectUser(service, 'me')
  const [empty, missing] = [openConversation(user, 'empty', quick), openConversation(user, 'missing', quick)]

  const states = [watchLoading(empty), watchLoading(missing), watchLoading(openInbox(user, quick))]
  const people = [watchParticipants(empty), watchParticipants(missing)]
  await until(() => [...states, ...people].every(({ seen }) => seen.at(-1) !== 'loading'))

  expect(states.map(({ seen }) => seen)).toEqual([
    ['loading', 'loaded'],
    ['loading', 'Forbidden'],
    ['loading', 'loaded'],
  ])
  expect(people.map(({ seen }) => seen)).toEqual([
    ['loading', ''],
    ['loading', 'Forbidden'],
  ])
  for (const { stop } of [...states, ...people]) stop()
})

test('a failed loadOlder is an error of the history only, until the next attempt', async () => {
  await using service = await startFakeHostedService()
  for (let count = 0; count < 45; count++) service.postMessage('c1', 'bob', `${count}`)
  let isRejecting = false
  const me = await connectUser(service, 'me', {
    fetch: async (input, init) =>
      isRejecting
        ? Response.json({ id: 'e', code: 400, type: 'InvalidQuery', message: 'Scripted.' }, { status: 400 })
        : fetch(input, init),
  })
  const conversation = openConversation(me, 'c1', quick)
  const { latest, stop } = watch(conversation)
  const loading = watchLoading(conversation)
  let history: HistoryState | undefined
  const subscription = conversation.history$.subscribe((state) => (history = state))
  await until(() => latest.connection?.isSynced === true)

  isRejecting = true
  await expect(conversation.loadOlder()).rejects.toMatchObject({ type: 'InvalidQuery' })
  expect(history).toMatchObject({ hasOlder: true, isLoading: false, error: { type: 'InvalidQuery' } })
  isRejecting = false
  await conversation.loadOlder()
  await until(() => history?.isLoading === false)

  expect(history).toEqual({ hasOlder: true, isLoading: false })
  expect(latest.connection).toEqual({ state: 'online', isSynced: true })
  expect(loading.seen).toEqual(['loading', 'loaded'])
  subscription.unsubscribe()
  loading.stop()
  stop()
})
