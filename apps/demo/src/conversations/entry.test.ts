import { expect, test } from 'vitest'
import { createTitler, type Entry } from './entry.ts'

test('titles of conversations with the same people contain their creation time', () => {
  const withUniqueTitles = createTitler('en-GB')
  const entries = [
    entry('3', 'Polly', '2030-03-02T10:00:30'),
    entry('2', 'Polly', '2030-03-02T10:00:10'),
    entry('1', 'Polly', '2030-03-01T09:00:00'),
    entry('0', 'Ada', '2030-03-01T09:00:00'),
  ]

  const titled = withUniqueTitles(entries)

  expect(titled.map(({ title }) => title)).toEqual([
    'Polly (2) · 2 Mar, 10:00',
    'Polly · 2 Mar, 10:00',
    'Polly · 1 Mar, 9:00',
    'Ada',
  ])
  expect(titled[3]).toBe(entries[3])
  expect(withUniqueTitles(entries)[0]).toBe(titled[0])
})

function entry(id: string, title: string, createdAt: string): Entry {
  return {
    id,
    title,
    createdAt,
    people: [],
    previewSender: '',
    preview: '',
    at: createdAt,
    unread: 0,
    hasMoreUnread: false,
    isOwner: true,
  }
}
