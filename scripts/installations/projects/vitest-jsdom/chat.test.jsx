import { signUserKey } from '@parley/core/keys'
import { ChatProvider, useComposer, useMessages } from '@parley/react'
import { defineBot } from '@parley/server'
import { startTestServer } from '@parley/server/testing'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'

afterEach(cleanup)

function Chat() {
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  const rows = messages.map(({ key, payload }) => <li key={key}>{payload.text}</li>)
  return (
    <>
      <ul>{rows}</ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}

const bot = defineBot({
  name: 'Parrot',
  onMessage: ({ message, reply }) => reply({ type: 'text', text: `You said: ${message.payload.text}` }),
})

test('a component chats as a guest', async () => {
  const server = await startTestServer({ bot })

  render(
    <ChatProvider url={server.url}>
      <Chat />
    </ChatProvider>,
  )
  const field = await screen.findByRole('textbox', { name: 'Message' })
  fireEvent.change(field, { target: { value: 'Hello' } })
  fireEvent.keyDown(field, { key: 'Enter' })

  expect(await screen.findByText('You said: Hello', {}, { timeout: 20_000 })).toBeDefined()
  await server.close()
}, 30_000)

test('a component chats with a key that the app has signed', async () => {
  const encryptionKey = 'a secret of at least 32 characters'
  const server = await startTestServer({ bot, encryptionKey, auth: 'personal' })
  const userKey = await signUserKey({ userId: 'ada', encryptionKey })

  render(
    <ChatProvider url={server.url} userKey={userKey}>
      <Chat />
    </ChatProvider>,
  )
  const field = await screen.findByRole('textbox', { name: 'Message' })
  fireEvent.change(field, { target: { value: 'Hi' } })
  fireEvent.keyDown(field, { key: 'Enter' })

  expect(await screen.findByText('You said: Hi', {}, { timeout: 20_000 })).toBeDefined()
  await server.close()
}, 30_000)
