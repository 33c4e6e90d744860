import { expect, test } from 'vitest'
import { createTitleDisambiguator, type ConversationItem } from './conversation-item.ts'

test('adds the creation time to the titles of conversations with the same people', () => {
  const disambiguateTitles = createTitleDisambiguator('en-GB')
  const items = [
    item('3', 'Polly', '2030-03-02T10:00:30'),
    item('2', 'Polly', '2030-03-02T10:00:10'),
    item('1', 'Polly', '2030-03-01T09:00:00'),
    item('0', 'Ada', '2030-03-01T09:00:00'),
  ]

  const titled = disambiguateTitles(items)

  expect(titled.map(({ title }) => title)).toEqual([
    'Polly (2) · 2 Mar, 10:00',
    'Polly · 2 Mar, 10:00',
    'Polly · 1 Mar, 9:00',
    'Ada',
  ])
  expect(titled[3]).toBe(items[3])
  expect(disambiguateTitles(items)[0]).toBe(titled[0])
})

function item(id: string, title: string, createdAt: string): ConversationItem {
  return {
    id,
    title,
    createdAt,
    people: [],
    previewSender: '',
    preview: '',
    updatedAt: createdAt,
    unread: 0,
    hasMoreUnread: false,
    isOwner: true,
  }
}
