import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createBoundedRead } from './bounded-read.ts'

type NoteRow = [number: number, body: string, extra: string | null]

function openNotes(notes: readonly NoteRow[]) {
  const database = new DatabaseSync(':memory:')
  database.exec(`
    CREATE TABLE deletions (row_id INTEGER PRIMARY KEY);
    CREATE TABLE conversations (row_id INTEGER PRIMARY KEY, owner_row_id INTEGER);
    CREATE TABLE notes (number INTEGER PRIMARY KEY, body TEXT NOT NULL, extra TEXT);
  `)
  const insert = database.prepare('INSERT INTO notes VALUES (?, ?, ?)')
  for (const note of notes) insert.run(...note)
  const read = createBoundedRead<NoteRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT number, ${text('body')}, ${text('extra')} FROM notes
        WHERE number > ?1 AND ${deletions.conversationExists('number')} ORDER BY number LIMIT ?2`,
    valueCount: 1,
    rowBytes: ([, body, extra]) => body.length + (extra?.length ?? 0),
    hasEmptyText: ([, body, extra]) => body === '' || extra === '',
  })
  return {
    database,
    read: (limit: number, maxBytes = Infinity) => read([0], { limit, maxBytes, rows: limit + 1 }),
  }
}

const short: NoteRow[] = [
  [1, '"a"', null],
  [2, '"b"', '"more"'],
  [3, '"é"', null],
]
const large = `"${'x'.repeat(1_000_000)}"`

test.each([
  ['short texts', short],
  ['a large text', [...short, [4, large, null] satisfies NoteRow]],
  ['a large text in the second column', [...short, [4, '"d"', large] satisfies NoteRow]],
])('%s are read unchanged', (_, notes) => {
  expect(openNotes(notes).read(10)).toEqual({ items: notes, hasMore: false })
})

test('a read stays within its limits', () => {
  const { read } = openNotes([...short, [4, large, null], [5, large, null]])

  expect(read(2)).toEqual({ items: short.slice(0, 2), hasMore: true })
  expect(read(10, 1_000_010).items.map(([number]) => number)).toEqual([1, 2, 3])
  expect(openNotes(short).read(10, 5)).toEqual({ items: short.slice(0, 1), hasMore: true })
})

test('deleted rows are missing from the next read', () => {
  const { database, read } = openNotes(short)
  expect(read(10).items).toHaveLength(3)
  database.exec('INSERT INTO conversations VALUES (1, 7), (2, 8), (3, 7); INSERT INTO deletions VALUES (8)')
  expect(read(10).items.map(([number]) => number)).toEqual([1, 3])
})
