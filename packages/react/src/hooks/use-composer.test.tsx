import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { flushSync } from 'react-dom'
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../../e2e/memory-storage.ts'
import { mount, type Mounted } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { countRequests, startConversation, describeMessages } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import { ChatProvider, useComposer, useConversation, useMessages, type ComposerResult } from '../index.ts'

const logger = quietLogger()

const composer = createSpy<ComposerResult>()

function Composer({ id }: { id?: string | undefined }) {
  return <textarea {...composer.record(useComposer(id)).inputProps} />
}

function Thread({ id }: { id?: string | undefined }) {
  return <p>{describeMessages(useMessages(id).messages)}</p>
}

function fields({ element }: Mounted): HTMLTextAreaElement[] {
  return [...element.querySelectorAll('textarea')]
}

/** Simulates typing. React ignores changes through its own value setter, so this uses the setter of the prototype. */
function typeText(field: HTMLTextAreaElement | undefined, text: string): void {
  const prototype: object = window.HTMLTextAreaElement.prototype
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
  field?.dispatchEvent(new window.Event('input', { bubbles: true }))
}

/** Dispatches a key press. Returns whether the field’s default action is allowed. */
function pressKey(
  field: HTMLTextAreaElement | undefined,
  key: string,
  init: KeyboardEventInit = {},
): boolean {
  const event = new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
  return field?.dispatchEvent(event) ?? false
}

test('Enter sends; Shift-Enter and the Enter that ends a composition do not', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  using page = mount(
    <ChatProvider user={me}>
      <Thread id={id} />
      <Composer id={id} />
    </ChatProvider>,
  )
  await until(() => fields(page).length === 1)
  const [field] = fields(page)

  typeText(field, 'héllo')
  await until(() => composer.latest.canSend)
  expect(pressKey(field, 'Enter', { shiftKey: true })).toBe(true)
  expect(pressKey(field, 'Enter', { isComposing: true })).toBe(true)
  expect(pressKey(field, 'Enter', { keyCode: 229 })).toBe(true)
  expect(field?.value).toBe('héllo')
  expect(pressKey(field, 'Enter')).toBe(false)
  await until(() => page.text === 'héllo:sent' && !composer.latest.isSending)
  pressKey(field, 'Enter')

  expect([field?.value, composer.latest.text, composer.latest.canSend]).toEqual(['', '', false])
  expect(countRequests(server, 'POST', '/messages')).toBe(1)
})

test('typing in the field sends typing indicators', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  using page = mount(
    <ChatProvider user={me}>
      <Composer id={id} />
    </ChatProvider>,
  )
  await until(() => fields(page).length === 1)

  typeText(fields(page)[0], 'h')
  typeText(fields(page)[0], 'he')
  await until(() => countRequests(server, 'PUT', '/typing') === 1)

  expect(composer.latest.text).toBe('he')
})

test('each conversation has one draft, which its composers share and which survives a reload', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const storage = createMemoryStorage()
  const app = (user: typeof me, current: string) => (
    <ChatProvider user={user} storage={storage}>
      <Composer id={current} />
      <Composer id={current} />
    </ChatProvider>
  )
  using page = mount(app(me, id))
  await until(() => fields(page).length === 2)

  typeText(fields(page)[0], 'half a sen')
  typeText(fields(page)[1], 'half a sentence')
  await until(() => fields(page).every(({ value }) => value === 'half a sentence'))
  page.render(app(me, 'another'))
  await until(() => fields(page).every(({ value }) => value === ''))
  page.unmount()
  using reloaded = mount(app({ ...me }, id))
  await until(() => fields(reloaded)[1]?.value === 'half a sentence')
  composer.latest.setText('')
  await until(() => fields(reloaded).every(({ value }) => value === ''))

  expect(storage.entries.size).toBe(0)
})

test('a message fails in the list if its conversation cannot be created, and a retry sends it', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url, retry: { attempts: 1 } }).connect()
  const thread = createSpy<ReturnType<typeof useConversation>>()
  function Failing() {
    return <p>{describeMessages(thread.record(useConversation()).messages)}</p>
  }
  using page = mount(
    <ChatProvider user={me}>
      <Failing />
      <Composer />
    </ChatProvider>,
  )
  await until(() => fields(page).length === 1)
  const [field] = fields(page)
  server.respond(
    { status: 402, type: 'PaymentRequired' },
    { only: ({ path }) => path.endsWith('get-or-create') },
  )

  typeText(field, 'one')
  pressKey(field, 'Enter')
  await until(() => page.element.querySelector('p')?.textContent === 'one:failed')
  await until(() => !composer.latest.isSending)
  expect([field?.value, thread.latest.messages[0]?.status]).toEqual(['', 'failed'])
  await thread.latest.retry(thread.latest.messages[0]?.key ?? '')
  await until(() => page.element.querySelector('p')?.textContent === 'one:sent')

  expect(countRequests(server, 'POST', '/messages')).toBe(1)
})

test('a message that the server rejects stays in the list, and the field is empty', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  using page = mount(
    <ChatProvider user={me}>
      <Thread id={id} />
      <Composer id={id} />
    </ChatProvider>,
  )
  await until(() => fields(page).length === 1)
  server.respond(
    { status: 400, type: 'InvalidPayload' },
    { only: ({ method, path }) => method === 'POST' && path === '/messages' },
  )
  composer.latest.setText('bad')

  await expect(composer.latest.send()).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => page.element.querySelector('p')?.textContent === 'bad:failed')

  expect([composer.latest.text, composer.latest.error]).toEqual(['', undefined])
})

test('text typed before a user is connected is kept for that user only', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)
  const otherUser = await createChat({ url: server.url }).connect()
  const app = (user: typeof me | null) => (
    <ChatProvider user={user}>
      <Composer />
    </ChatProvider>
  )
  using page = mount(app(null))
  await until(() => fields(page).length === 1)

  typeText(fields(page)[0], 'so soon')
  expect(composer.latest.canSend).toBe(false)
  page.render(app(me))
  await until(() => composer.latest.canSend)
  expect(fields(page)[0]?.value).toBe('so soon')
  page.render(app(otherUser))
  await until(() => !composer.latest.canSend)

  expect(fields(page)[0]?.value).toBe('')
})

test('if the current conversation was deleted, the text of a message to it returns to the field', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server, 'one')
  using page = mount(
    <ChatProvider user={me}>
      <Thread />
      <Composer />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent')
  server.respond(
    { status: 404, type: 'ResourceNotFound' },
    { only: ({ method, path }) => method === 'POST' && path === '/messages' },
  )
  composer.latest.setText('hello')

  await expect(composer.latest.send()).rejects.toMatchObject({ type: 'ResourceNotFound' })
  await until(() => !composer.latest.isSending)

  expect([composer.latest.text, composer.latest.error?.type]).toEqual(['hello', 'ResourceNotFound'])
})

test('composers of one conversation share a draft, whether they use its id or the current conversation', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const storage = createMemoryStorage()
  const app = (user: typeof me) => (
    <ChatProvider user={user} storage={storage}>
      <Composer id={id} />
      <Composer />
    </ChatProvider>
  )
  using page = mount(app(me))
  await until(() => fields(page).length === 2)

  typeText(fields(page)[1], 'by the current conversation')
  await until(() => fields(page).every(({ value }) => value === 'by the current conversation'))
  typeText(fields(page)[0], 'by its id')
  await until(() => fields(page).every(({ value }) => value === 'by its id'))
  page.unmount()
  using reloaded = mount(app({ ...me }))

  await until(() => fields(reloaded).length === 2 && fields(reloaded).every(({ value }) => value !== ''))

  expect(fields(reloaded).map(({ value }) => value)).toEqual(['by its id', 'by its id'])
})

test('the metadata of a composer is sent with Enter and with send()', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  function Composing({ topic }: { topic: string }) {
    return <textarea {...composer.record(useComposer(id, { metadata: { topic } })).inputProps} />
  }
  const app = (topic: string) => (
    <ChatProvider user={me}>
      <Thread id={id} />
      <Composing topic={topic} />
    </ChatProvider>
  )
  using page = mount(app('before'))
  await until(() => fields(page).length === 1)
  const [field] = fields(page)
  typeText(field, 'one')
  await until(() => composer.latest.canSend)
  flushSync(() => page.render(app('after')))
  pressKey(field, 'Enter')
  typeText(field, 'two')
  await until(() => composer.latest.text === 'two')
  await composer.latest.send()

  const { messages } = await me.listMessages({ conversationId: id })
  expect(messages.map(({ metadata }) => metadata?.['topic'])).toEqual(['after', 'after'])
})
