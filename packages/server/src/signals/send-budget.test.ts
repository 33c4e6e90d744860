import { expect, test } from 'vitest'
import { createSendBudget } from './send-budget.ts'

function budgetOf(maxBytes: number) {
  const budget = createSendBudget(maxBytes)
  const cut: string[] = []
  const hold = (name: string, bytes: number) => budget.hold(bytes, () => cut.push(name))
  return { hold, cut }
}

test('cuts the connections that have waited longest, as many as are in the way', () => {
  const { hold, cut } = budgetOf(100)

  for (const name of ['a', 'b', 'c']) hold(name, 30)
  hold('d', 70)

  expect(cut).toEqual(['a', 'b'])
})

test('what was sent counts no longer', () => {
  const { hold, cut } = budgetOf(100)

  const sent = hold('a', 60)
  sent()
  sent()
  hold('b', 60)
  hold('c', 40)

  expect(cut).toEqual([])
})

test('what is larger than the budget is sent all the same, alone', () => {
  const { hold, cut } = budgetOf(100)

  hold('a', 10)
  hold('b', 200)

  expect(cut).toEqual(['a'])
})
