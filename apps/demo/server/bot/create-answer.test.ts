import { expect, test } from 'vitest'
import { createAnswer } from './create-answer.ts'
import { greeting } from './greeting.ts'
import { readRequest } from './read-request.ts'
import { samples } from './samples.ts'

const now = new Date(2030, 0, 1, 9, 5)

test('the bot repeats a text without a topic, and says that it is only a parrot', () => {
  expect(createAnswer('My hovercraft is full of eels', now)).toContain(
    '“My hovercraft is full of eels” — 6 words',
  )
})

test('a very long text is truncated', () => {
  expect(createAnswer('x'.repeat(100_000), now).length).toBeLessThan(600)
})

test('the bot tells the time', () => {
  expect(createAnswer('What time is it?', now)).toContain('09:05 on Tuesday')
})

test('the value of every button and option has its own answer', () => {
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
