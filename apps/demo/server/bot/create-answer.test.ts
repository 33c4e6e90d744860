import { expect, test } from 'vitest'
import { createAnswer } from './create-answer.ts'
import { greeting } from './greeting.ts'
import { readRequest } from './read-request.ts'
import { samples } from './samples.ts'

const now = new Date(2030, 0, 1, 9, 5)

test('what it does not know it repeats, and says that it is only a parrot', () => {
  expect(createAnswer('My hovercraft is full of eels', now)).toContain(
    '“My hovercraft is full of eels” — 6 words',
  )
})

test('a very long text is repeated in part', () => {
  expect(createAnswer('x'.repeat(100_000), now).length).toBeLessThan(600)
})

test('it knows the time', () => {
  expect(createAnswer('What time is it?', now)).toContain('09:05 on Tuesday')
})

test('every value behind a button or an option has an answer of its own', () => {
  const cards = [samples.card, ...samples.carousel.items]
  const values = [
    ...cards.flatMap((card) =>
      card.actions.filter(({ action }) => action !== 'url').map(({ value }) => value),
    ),
    ...[samples.choice, samples.dropdown, greeting.menu].flatMap(({ options }) =>
      options.map(({ value }) => value),
    ),
  ]

  const unanswered = values.filter(
    (value) => readRequest(value).type === 'talk' && createAnswer(value, now).includes('only a parrot'),
  )

  expect(unanswered).toEqual([])
})
