/**
 * An app that uses every part of the public API of the hooks, with registered schemas. `packed.test.ts` compiles it
 * against the packed packages, and runs it with each version of React. Prints the steps that succeeded.
 */
import assert from 'node:assert/strict'
import { createChat } from '@parley/core'
import {
  ChatProvider,
  useChat,
  useComposer,
  useConnection,
  useConversation,
  useConversations,
  useEvents,
  useInboxConnection,
  useMessages,
  useParticipants,
  useSend,
  useTyping,
  useUser,
} from '@parley/react'
import {
  useConversation as useLoadedConversation,
  useParticipants as useLoadedParticipants,
} from '@parley/react/suspense'
import { createConnector } from '@parley/rx/session'
import { Suspense, useEffect, version } from 'react'
import { createRoot } from 'react-dom/client'

/** A schema of Standard Schema, without a library. */
function createSchema<Value>(isValid: (value: Value) => boolean) {
  return {
    '~standard': {
      version: 1 as const,
      vendor: 'app',
      validate: (value: unknown) =>
        isValid(value as Value) ? { value: value as Value } : { issues: [{ message: 'It is invalid.' }] },
      types: undefined as { input: Value; output: Value } | undefined,
    },
  }
}

interface Metadata {
  mood?: 'good' | 'bad'
}

type Wave = { type: 'wave'; hand: 'left' | 'right' } | { type: 'nod' }

const schemas = {
  metadata: createSchema<Metadata>(({ mood }) => mood === undefined || mood === 'good' || mood === 'bad'),
  events: createSchema<Wave>(({ type }) => type === 'wave' || type === 'nod'),
}

declare module '@parley/react' {
  interface Register {
    schemas: typeof schemas
  }
}

function useEverything() {
  useEvents('wave', ({ payload }) => hands.push(payload.hand))
  return {
    chat: useChat(),
    conversation: useConversation(),
    messages: useMessages(),
    sender: useSend(),
    typing: useTyping(),
    people: useParticipants(),
    connection: useConnection(),
    list: useConversations(),
    inboxConnection: useInboxConnection(),
    composer: useComposer(),
    profile: useUser(),
  }
}

const hands: ('left' | 'right')[] = []
const seen: { now?: ReturnType<typeof useEverything>; opened?: ReturnType<typeof useConversation> } = {}
const get = () => {
  assert(seen.now)
  return seen.now
}

function Everything() {
  const everything = useEverything()
  useEffect(() => {
    seen.now = everything
  })
  return null
}

function Loaded() {
  const { messages } = useLoadedConversation()
  const { participants } = useLoadedParticipants()
  return `${messages.length} messages, ${participants.length} participants`
}

function Opened({ id }: { id: string }) {
  const conversation = useConversation(id)
  useEffect(() => {
    seen.opened = conversation
  })
  return null
}

const texts = () =>
  get().conversation.messages.map(({ payload }) => (payload.type === 'text' ? payload.text : ''))

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function step(name: string): void {
  console.log(name)
}

const url = process.argv[2] ?? ''
const { fetch: originalFetch } = globalThis
let failingPath: string | undefined
globalThis.fetch = async (input, init) => {
  const address = input instanceof Request ? input.url : input.toString()
  if (failingPath !== undefined && address.includes(failingPath))
    return Response.json({ id: 'err_1', type: 'Forbidden', message: 'Scripted.' }, { status: 403 })
  return originalFetch(input, init)
}

const root = createRoot(document.body.appendChild(document.createElement('div')))
const render = (children: Parameters<typeof root.render>[0]) =>
  root.render(
    <ChatProvider url={url} schemas={schemas} options={{ pageSize: 2 }} gcTimeMs={1_000}>
      {children}
    </ChatProvider>,
  )

render(<Everything />)
await until(() => seen.now !== undefined)
assert.equal(get().conversation.isLoading, true)
assert.equal(get().list.isLoading, true)
assert.equal(get().people.isLoading, true)
const waiting = assert.rejects(get().conversation.addParticipant('nobody'), { type: 'ResourceNotFound' })
const sending = get().sender.send('first', { metadata: { mood: 'good' } })
await until(() => get().messages.messages[0]?.status === 'sending')
assert.equal(get().messages.messages[0]?.isOwn, true)
const first = await sending
assert.equal(first.metadata?.mood, 'good')
await waiting
step('messages are queued and actions wait before the user is connected')

await until(() => get().connection.isSynced && get().inboxConnection.state === 'online')
await until(() => get().list.conversations.length === 1)
const { id = '' } = get().conversation
assert.equal(get().list.conversations[0]?.id, id)
assert.deepEqual([get().list.isLoading, get().list.error], [false, undefined])
assert.deepEqual([get().conversation.isLoading, get().conversation.error], [false, undefined])
step('hooks without an id show the current conversation, with its connection and that of the list')

const mood: 'good' | 'bad' | undefined = get().messages.messages[0]?.metadata?.mood
assert.equal(mood, 'good')
// @ts-expect-error there is no such mood
const invalid = get().sender.send('invalid', { metadata: { mood: 'odd' } })
await assert.rejects(invalid, { type: 'InvalidPayload' })
get().conversation.discard(get().conversation.messages.at(-1)?.key ?? '')
await get().sender.sendEvent({ type: 'wave', hand: 'left' })
await until(() => hands.length === 1)
// @ts-expect-error an event of this app has a type
await assert.rejects(get().sender.sendEvent({ hand: 'left' }), { type: 'InvalidPayload' })
assert.deepEqual(hands, ['left'])
step('registered schemas type and check metadata and events')

const bob = await createChat({ url }).connect({ name: 'Bob' })
await until(() => !get().people.isLoading)
assert.equal((await get().people.add(bob.user.id)).name, 'Bob')
await until(() => get().people.participants.length === 2)
await bob.createMessage({ conversationId: id, payload: { type: 'text', text: 'from Bob' } })
await until(() => texts().includes('from Bob'))
const fromBob = get().conversation.messages.at(-1)
assert.deepEqual([fromBob?.isOwn, fromBob?.sender?.name], [false, 'Bob'])
step('messages tell whose they are')

await get().people.remove(bob.user.id)
await until(() => get().people.participants.length === 1)
await get().conversation.addParticipant(bob.user.id)
await until(() => get().people.participants.length === 2)
await get().conversation.removeParticipant(bob.user.id)
await until(() => get().people.participants.length === 1)
await get().conversation.deleteMessage(first.id)
await until(() => !texts().includes('first'))
step('participants are added and removed, and messages deleted')

get().composer.setText('by the composer')
await until(() => get().composer.canSend)
await get().composer.send()
for (const text of ['two', 'three']) await get().sender.send(text)
await get().profile.update({ name: 'Ann' })
await until(() => get().profile.user?.name === 'Ann')
get().typing.sendTyping()
await get().conversation.stop()
step('the composer, the profile, typing and stop work')

render(
  <Suspense fallback="loading">
    <Loaded />
  </Suspense>,
)
await until(() => document.body.textContent?.includes('1 participants') === true)
step('hooks for Suspense show loaded data')

const me = createChat({ url, schemas })
const ann = await me.connect({ userKey: get().chat.user?.userKey ?? '' })
const showAnn = (children: Parameters<typeof root.render>[0]) =>
  root.render(
    <ChatProvider user={ann} options={{ pageSize: 2 }}>
      {children}
    </ChatProvider>,
  )
showAnn(<Opened id={id} />)
await until(() => seen.opened?.hasOlder === true)
failingPath = 'nextToken'
await assert.rejects(async () => seen.opened?.loadOlder(), { type: 'Forbidden' })
await until(() => seen.opened?.loadOlderError !== undefined)
assert.deepEqual([seen.opened?.loadOlderError?.type, seen.opened?.error], ['Forbidden', undefined])
failingPath = undefined
await seen.opened?.loadOlder()
await until(() => seen.opened?.loadOlderError === undefined && seen.opened?.messages.length === 4)
step('an error of loading older messages is not the error of the conversation')

const { conversation: ofBob } = await bob.createConversation()
await bob.addParticipant({ conversationId: ofBob.id, userId: ann.user.id })
showAnn(<Opened id={ofBob.id} />)
await until(() => seen.opened?.id === ofBob.id && seen.opened.connection.isSynced)
await seen.opened?.leave()
await until(() => seen.opened?.error !== undefined)
assert.deepEqual([seen.opened?.error?.type, seen.opened?.connection.state], ['Forbidden', 'closed'])
step('leaving closes the conversation')
root.unmount()

const { session, state$ } = createConnector(createChat({ url }), { gcTimeMs: 0 })
const connecting = state$.subscribe(() => {})
const sent = await session.conversation().send({ type: 'text', text: 'without a view' })
assert.equal(sent.payload.type, 'text')
connecting.unsubscribe()
step('a session works without a view')

console.log(`React ${version.split('.')[0]}`)
process.exit()
