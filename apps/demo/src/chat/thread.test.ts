import type { ChatSignal, Message } from '@parley/core'
import { describe, expect, test } from 'vitest'
import { emptyThread, reduceThread, type PendingMessage, type Thread, type ThreadAction } from './thread.ts'

const me = 'user_me'
const bot = 'user_bot'

describe('stored messages', () => {
  test('stand in the order of their time, each once, however they arrive', () => {
    const [one, two, three] = [message('1'), message('2'), message('3')]

    const thread = after(stored(two, two), signalled(three), stored(three, two, one))

    expect(ids(thread)).toEqual(['1', '2', '3'])
  })

  test('keep their identity when they come again', () => {
    const before = after(stored(message('1')))

    expect(reduceThread(before, stored(message('1')))).toBe(before)
  })

  test('of another conversation are not taken in', () => {
    const thread = after(stored({ ...message('1'), conversationId: 'conv_other' }))

    expect(thread.messages).toEqual([])
  })

  test('that were deleted do not come back with a page that was still under way', () => {
    const thread = after(stored(message('1')), deleted('1'), deleted('2'), stored(message('1'), message('2')))

    expect(thread.messages).toEqual([])
  })
})

describe('own messages', () => {
  test('are pending until the stored one with their client id arrives', () => {
    const sent = after(send('c1'), send('c2'))

    const thread = reduceThread(
      sent,
      stored(message('1', { userId: me, metadata: { clientMessageId: 'c1' } })),
    )

    expect(thread.pending.map((each) => each.clientMessageId)).toEqual(['c2'])
    expect(ids(thread)).toEqual(['1'])
  })

  test('are not settled by a client id that somebody else wrote', () => {
    const thread = after(
      send('c1'),
      stored(message('1', { userId: bot, metadata: { clientMessageId: 'c1' } })),
    )

    expect(thread.pending).toHaveLength(1)
  })

  test('that failed say why, are sent again, or are given up', () => {
    const failed = after(send('c1'), { type: 'send_failed', clientMessageId: 'c1', reason: 'Offline.' })
    const retried = reduceThread(failed, { type: 'retry', clientMessageId: 'c1' })
    const discarded = reduceThread(failed, { type: 'discard', clientMessageId: 'c1' })

    expect(failed.pending).toMatchObject([{ state: 'failed', reason: 'Offline.' }])
    expect(retried.pending[0]).toEqual(pending('c1'))
    expect(discarded.pending).toEqual([])
  })

  test('settle also after they seemed to have failed', () => {
    const thread = after(
      send('c1'),
      { type: 'send_failed', clientMessageId: 'c1', reason: 'Timed out.' },
      signalled(message('1', { userId: me, metadata: { clientMessageId: 'c1' } })),
    )

    expect(thread.pending).toEqual([])
  })
})

describe('a message being written', () => {
  test('grows by its pieces; one that comes again changes nothing', () => {
    const thread = after(
      delta(0, 'Good '),
      delta(1, 'mor'),
      delta(1, 'mor'),
      delta(0, 'Good '),
      delta(2, 'ning'),
    )

    expect(thread.drafts).toMatchObject([{ streamId: 's1', text: 'Good morning', sequence: 2 }])
  })

  test('joined late begins with the text so far', () => {
    const thread = after(delta(7, 'Good mor'), delta(8, 'ning'))

    expect(thread.drafts[0]?.text).toBe('Good morning')
  })

  test('keeps apart what two streams write', () => {
    const thread = after(delta(0, 'a'), delta(0, 'b', 's2'), delta(1, 'A'), delta(1, 'B', 's2'))

    expect(thread.drafts.map((draft) => draft.text)).toEqual(['aA', 'bB'])
  })

  test('starts over on a new connection, whose server sends the text so far', () => {
    const thread = after(
      delta(0, 'Good '),
      delta(1, 'mor'),
      { type: 'stream_opened' },
      delta(2, 'Good morning'),
    )

    expect(thread.drafts[0]?.text).toBe('Good morning')
  })

  test.each([
    ['message_stream_complete', { streamId: 's1', message: written('1') }],
    ['message_created', { ...written('1'), isBot: true }],
  ])('gives way to the whole message that %s brings', (type, data) => {
    const thread = after(delta(0, 'Good '), { type: 'signal', signal: { type, data } as ChatSignal })

    expect(thread.drafts).toEqual([])
    expect(thread.messages).toEqual([written('1')])
  })

  test('stays gone when a piece of it comes after its end', () => {
    const thread = after(delta(0, 'Good '), stored(written('1')), delta(1, 'morning'))

    expect(thread.drafts).toEqual([])
  })

  test('is not ended by a user who claims its stream', () => {
    const thread = after(
      delta(0, 'Good '),
      stored(message('1', { userId: me, metadata: { streamId: 's1' } })),
    )

    expect(thread.drafts).toHaveLength(1)
  })

  test('goes when it is given up', () => {
    const thread = after(delta(0, 'Good '), {
      type: 'signal',
      signal: { type: 'message_stream_abort', data: { streamId: 's1', conversationId: 'conv_1' } },
    })

    expect(thread.drafts).toEqual([])
  })
})

test('a signal of a kind that is not known changes nothing', () => {
  const thread = emptyThread('conv_1', me)

  expect(reduceThread(thread, { type: 'signal', signal: { type: 'unknown', data: 'a storm' } })).toBe(thread)
})

function after(...actions: ThreadAction[]): Thread {
  return actions.reduce(reduceThread, emptyThread('conv_1', me))
}

function ids(thread: Thread): string[] {
  return thread.messages.map((each) => each.id)
}

function message(id: string, fields: Partial<Message> = {}): Message {
  return {
    id,
    createdAt: `2030-01-01T10:00:0${id}.000Z`,
    conversationId: 'conv_1',
    userId: bot,
    payload: { type: 'text', text: id },
    ...fields,
  }
}

function written(id: string): Message {
  return message(id, { metadata: { streamId: 's1' } })
}

function stored(...messages: Message[]): ThreadAction {
  return { type: 'stored', messages }
}

function signalled(data: Message): ThreadAction {
  return {
    type: 'signal',
    signal: { type: 'message_created', data: { ...data, isBot: data.userId === bot } },
  }
}

function deleted(id: string): ThreadAction {
  return {
    type: 'signal',
    signal: { type: 'message_deleted', data: { id, conversationId: 'conv_1', userId: bot } },
  }
}

function delta(sequence: number, text: string, streamId = 's1'): ThreadAction {
  const data = { streamId, conversationId: 'conv_1', userId: bot, createdAt: '2030-01-01T10:00:00.000Z' }
  return {
    type: 'signal',
    signal: { type: 'message_stream_delta', data: { ...data, sequence, delta: text } },
  }
}

function pending(clientMessageId: string): PendingMessage {
  return {
    clientMessageId,
    payload: { type: 'text', text: clientMessageId },
    metadata: { clientMessageId },
    at: '2030-01-01T10:00:09.000Z',
    state: 'sending',
  }
}

function send(clientMessageId: string): ThreadAction {
  return { type: 'send', message: pending(clientMessageId) }
}
