// @vitest-environment jsdom
import { ChatProvider } from '@parley/react'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import bot from '../bot.ts'
import { Chat } from './chat.tsx'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ bot })
  render(
    <ChatProvider url={server.url}>
      <Chat />
    </ChatProvider>,
  )
})
afterEach(async () => {
  cleanup()
  await server.close()
})

function say(text: string): void {
  const field = screen.getByRole('textbox', { name: 'Message' })
  fireEvent.change(field, { target: { value: text } })
  fireEvent.keyDown(field, { key: 'Enter' })
}

const rows = () =>
  screen.queryAllByRole('listitem').map(({ textContent }) => textContent)

test('the page displays a message and its answer', async () => {
  say('Hello')

  await expect.poll(rows).toEqual(['Hello', 'Hello'])
})

test('the user can send a rejected message again', async () => {
  server.respond(
    { status: 403, type: 'Forbidden' },
    { only: ({ method, path }) => method === 'POST' && path === '/messages' },
  )
  say('Hello')

  fireEvent.click(await screen.findByRole('button', { name: 'Try again' }))

  await expect.poll(rows).toEqual(['Hello', 'Hello'])
})

test('the page misses nothing while the server restarts', async () => {
  say('Hello')
  await expect.poll(rows).toEqual(['Hello', 'Hello'])

  await server.restart()
  say('Back?')

  await expect.poll(rows).toEqual(['Hello', 'Hello', 'Back?', 'Back?'])
})
