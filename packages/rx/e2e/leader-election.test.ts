import { NEVER, of } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { electLeader } from '../src/tabs/leader-election.ts'
import { getPageEnvironment, type TabEnvironment } from '../src/tabs/tab-environment.ts'
import { until } from './connect-user.ts'

const clock = createFakeClock()
const ports: TabEnvironment = {
  ...getPageEnvironment(),
  pageActive$: of(true),
  reconnect$: NEVER,
  clock,
}

/** A tab that was put to sleep without a word: it keeps its locks, and answers nobody. */
const asleep: TabEnvironment = {
  ...ports,
  openChannel: () => ({ postMessage() {}, close() {}, onmessage: null }),
}

function take(of_: TabEnvironment, name: string) {
  const seen = { turns: [] as boolean[], isOver: false }
  const turn = electLeader(of_, name).subscribe({
    next: ({ wasContended }) => seen.turns.push(wasContended),
    complete: () => (seen.isOver = true),
  })
  return { seen, end: () => turn.unsubscribe() }
}

test('one has its turn at a time; the next has it when that one goes', async () => {
  const first = take(ports, 'one')
  await until(() => first.seen.turns.length === 1)
  const second = take(ports, 'one')
  await until(() => clock.waits.length === 1)
  const third = take(ports, 'one')
  await until(() => clock.waits.length === 2)
  expect(second.seen.turns).toEqual([])

  second.end()
  first.end()
  await until(() => third.seen.turns.length === 1)

  expect([first.seen.turns, second.seen.turns, third.seen.turns]).toEqual([[false], [], [true]])
  third.end()
})

test('one that answers keeps its turn, however long', async () => {
  const first = take(ports, 'two')
  await until(() => first.seen.turns.length === 1)
  const second = take(ports, 'two')
  const answers: unknown[] = []
  const listening = ports.openChannel('two:leader')
  listening.onmessage = ({ data }: { data: unknown }) => void (data === 'pong' && answers.push(data))
  await until(() => clock.waits.length === 1)

  for (let round = 1; round <= 10; round++) {
    clock.advance(5_000)
    await until(() => answers.length === round)
  }

  expect(second.seen.turns).toEqual([])
  expect(first.seen.isOver).toBe(false)
  second.end()
  first.end()
  listening.close()
})

test('one that does not answer for 15 s loses its turn, and learns of it when it wakes', async () => {
  const first = take(asleep, 'three')
  await until(() => first.seen.turns.length === 1)
  const second = take(ports, 'three')
  await until(() => clock.waits.length === 1)

  clock.advance(5_000)
  clock.advance(5_000)
  expect(second.seen.turns).toEqual([])
  clock.advance(5_000)
  await until(() => second.seen.turns.length === 1 && first.seen.isOver)

  expect(second.seen.turns).toEqual([true])
  second.end()
})

test('one that could not answer as the machine was busy keeps its turn', async () => {
  const first = take(asleep, 'four')
  await until(() => first.seen.turns.length === 1)
  const second = take(ports, 'four')
  await until(() => clock.waits.length === 1)

  // These questions are asked 3 s too late.
  for (let round = 0; round < 5; round++) clock.advance(8_000)
  expect(clock.waits).toHaveLength(1)
  for (let round = 0; round < 3; round++) clock.advance(5_000)
  await until(() => second.seen.turns.length === 1)

  expect(first.seen.isOver).toBe(true)
  second.end()
})
