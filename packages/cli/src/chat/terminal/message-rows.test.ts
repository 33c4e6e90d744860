import { ChatError } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { splitGraphemes } from '../text/wrap-text.ts'
import { liveRows } from './live-rows.ts'
import { messageRows, type Author } from './message-rows.ts'
import { rowToText, type Row } from './terminal-writer.ts'

const author = { name: 'Ann', style: 'cyan', isBot: false } as const
const bot = { name: 'Bot', style: 'green', isBot: true } as const
const createdAt = '2026-01-01T00:00:00.000Z'
const base = { conversationId: 'c1', userId: 'ann', isOwn: false, key: 'k', createdAt }
const text = 'one two three four'
const sent: ChatMessage = { ...base, id: 'm1', status: 'sent', payload: { type: 'text', text } }
const sending: ChatMessage = { ...base, status: 'sending', payload: { type: 'text', text: 'hello' } }
const error = new ChatError('Forbidden', 'Unable to create the message;\u001B[2J no access.')
const failed: ChatMessage = { ...sending, status: 'failed', error }
const streaming: ChatMessage = {
  ...base,
  status: 'streaming',
  streamId: 's',
  sequence: 0,
  payload: { type: 'text', text: 'hel' },
}

test.for([
  [sent, 40, ['Ann: one two three four']],
  [sent, 12, ['Ann: one two', '  three four']],
  [sending, 40, ['Ann: hello', '  sending…']],
  [
    failed,
    100,
    [
      'Ann: hello',
      '  failed: Unable to create the message; no access. /retry sends it again, /discard removes it.',
    ],
  ],
  [streaming, 40, ['Ann: hel▌']],
] as const)('%j is laid out in %d columns', ([message, width, rows]) => {
  expect(plain(messageRows(message, { author, width }))).toEqual(rows)
})

test('only a message of a bot is marked as stopped or failed', () => {
  const stopped: ChatMessage = { ...sent, metadata: { stopped: true } }
  const rowsBy = (writer: Author, message: ChatMessage) =>
    plain(messageRows(message, { author: writer, width: 40 }))

  expect(rowsBy(bot, stopped)).toEqual(['Bot: one two three four', '  stopped'])
  expect(rowsBy(bot, { ...sent, metadata: { failed: true } })).toEqual([
    'Bot: one two three four',
    '  failed',
  ])
  expect(rowsBy(bot, { ...sent, metadata: { stopped: 'true' } })).toEqual(['Bot: one two three four'])
  expect(rowsBy(author, stopped)).toEqual(['Ann: one two three four'])
})

test('no row is wider than the screen, even on narrow screens', () => {
  const wide: ChatMessage = {
    ...sent,
    payload: { type: 'text', text: 'a 世界 incomprehensible 👩‍👩‍👧\n\nb' },
  }
  for (const message of [wide, sending, failed, streaming]) {
    for (let width = 8; width < 40; width++) {
      const rows = plain(messageRows(message, { author: { ...author, name: 'Someone 世界' }, width }))
      expect(Math.max(...rows.map(getWidth)), `${width}`).toBeLessThanOrEqual(width)
    }
  }
})

test('live rows that do not fit are cut at the start, and always include the edited line', () => {
  const live = liveRows(
    {
      messages: [sent, streaming, sending],
      messageRows: (message) => messageRows(message, { author, width: 40 }),
      status: ['connecting…', 'Bob is typing…'],
      line: 'hi',
      cursor: 1,
    },
    { width: 40, height: 4 },
  )

  expect(plain(live.rows)).toEqual(['Ann: hello', '  sending…', 'connecting… · Bob is typing…', '> hi'])
  expect(live.cursor).toEqual({ row: 3, column: 3 })
})

test('rows have styles only if colors are enabled', () => {
  const row: Row = [{ text: 'Ann: ', style: 'cyan' }, { text: 'hello' }]

  expect(rowToText(row, { hasColors: true })).toBe('\u001B[36mAnn: \u001B[39mhello')
  expect(rowToText(row, { hasColors: false })).toBe('Ann: hello')
})

function plain(rows: readonly Row[]): string[] {
  return rows.map((row) => rowToText(row, { hasColors: false }))
}

function getWidth(line: string): number {
  return splitGraphemes(line).reduce((sum, { width }) => sum + width, 0)
}
