import { expect, test } from 'vitest'
import { createSendBudget } from './send-budget.ts'

function budgetOf(maxBytes: number) {
  const budget = createSendBudget(maxBytes)
  const cut: string[] = []
  const hold = (name: string, bytes: number) => budget.reserve(bytes, () => cut.push(name))
  return { hold, cut }
}

test('cuts as many of the longest waiting connections as necessary', () => {
  const { hold, cut } = budgetOf(100)

  for (const name of ['a', 'b', 'c']) hold(name, 30)
  hold('d', 70)

  expect(cut).toEqual(['a', 'b'])
})

test('sent data no longer counts', () => {
  const { hold, cut } = budgetOf(100)

  const sent = hold('a', 60)
  sent()
  sent()
  hold('b', 60)
  hold('c', 40)

  expect(cut).toEqual([])
})

test('data that exceeds the budget is still sent, alone', () => {
  const { hold, cut } = budgetOf(100)

  hold('a', 10)
  hold('b', 200)

  expect(cut).toEqual(['a'])
})
