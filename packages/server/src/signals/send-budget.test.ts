import { expect, test } from 'vitest'
import { createSendBudget } from './send-budget.ts'

function createBudget(maxBytes: number) {
  const budget = createSendBudget(maxBytes)
  const destroyed: string[] = []
  const reserve = (name: string, bytes: number) => budget.reserve(bytes, () => destroyed.push(name))
  return { reserve, destroyed }
}

test('closes as many of the longest waiting connections as necessary', () => {
  const { reserve, destroyed } = createBudget(100)

  for (const name of ['a', 'b', 'c']) reserve(name, 30)
  reserve('d', 70)

  expect(destroyed).toEqual(['a', 'b'])
})

test('sent data no longer counts', () => {
  const { reserve, destroyed } = createBudget(100)

  const sent = reserve('a', 60)
  sent()
  sent()
  reserve('b', 60)
  reserve('c', 40)

  expect(destroyed).toEqual([])
})

test('a response larger than the budget is still sent, after all others are closed', () => {
  const { reserve, destroyed } = createBudget(100)

  reserve('a', 10)
  reserve('b', 200)

  expect(destroyed).toEqual(['a'])
})
