import { expect, test } from 'vitest'
import { initialState, reduceChat, type ChatAction } from './chat-state.ts'

const opened: ChatAction = { type: 'conversation_opened', conversationId: 'conv_1', userId: 'user_me' }

test('a conversation that is opened again keeps what is known of it', () => {
  const before = after(opened, stored('m1'))

  expect([opened, { type: 'connected' } as const].reduce(reduceChat, before).thread).toBe(before.thread)
})

test('another conversation starts empty, and what still arrives for the old one changes nothing', () => {
  const other = after(opened, stored('m1'), { ...opened, conversationId: 'conv_2' })

  expect(other.thread).toMatchObject({ conversationId: 'conv_2', messages: [] })
  expect(other.older).toEqual({ state: 'unknown' })
  expect(reduceChat(other, stored('m2'))).toBe(other)
})

test('older messages can be asked for again after a failure', () => {
  const failed = after(
    opened,
    { type: 'older_known', conversationId: 'conv_1', nextToken: 'next' },
    { type: 'older_loading', conversationId: 'conv_1' },
    { type: 'older_failed', conversationId: 'conv_1' },
  )

  expect(failed.older).toEqual({ state: 'failed', nextToken: 'next' })
})

test('where the first page is the last there is nothing older', () => {
  expect(
    after(opened, { type: 'older_known', conversationId: 'conv_1', nextToken: undefined }).older,
  ).toEqual({ state: 'none' })
})

function after(...actions: ChatAction[]) {
  return actions.reduce(reduceChat, initialState)
}

function stored(id: string): ChatAction {
  const payload = { type: 'text' as const, text: id }
  const message = {
    id,
    createdAt: '2030-01-01T10:00:00.000Z',
    conversationId: 'conv_1',
    userId: 'user_bot',
    payload,
  }
  return { type: 'thread', conversationId: 'conv_1', action: { type: 'stored', messages: [message] } }
}
