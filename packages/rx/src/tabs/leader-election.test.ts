import { NEVER, of } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../../core/e2e/fake-clock.ts'
import { until } from '../../e2e/connect-user.ts'
import { electLeader } from './leader-election.ts'
import { getPageEnvironment, type TabEnvironment } from './tab-environment.ts'

const clock = createFakeClock()
const environment: TabEnvironment = {
  ...getPageEnvironment(),
  pageActive$: of(true),
  reconnect$: NEVER,
  clock,
}

/** A tab that was suspended without an event: it keeps its locks, and responds to no ping. */
const suspended: TabEnvironment = {
  ...environment,
  openChannel: () => ({ postMessage() {}, close() {}, onmessage: null }),
}

function campaign(environment: TabEnvironment, name: string) {
  const seen = { elections: [] as boolean[], isOver: false }
  const subscription = electLeader(environment, name).subscribe({
    next: ({ wasContended }) => seen.elections.push(wasContended),
    complete: () => (seen.isOver = true),
  })
  return { seen, end: () => subscription.unsubscribe() }
}

test('one tab leads at a time, and the next one follows when it leaves', async () => {
  const first = campaign(environment, 'one')
  await until(() => first.seen.elections.length === 1)
  const second = campaign(environment, 'one')
  await until(() => clock.waits.length === 1)
  const third = campaign(environment, 'one')
  await until(() => clock.waits.length === 2)
  expect(second.seen.elections).toEqual([])

  second.end()
  first.end()
  await until(() => third.seen.elections.length === 1)

  expect([first.seen.elections, second.seen.elections, third.seen.elections]).toEqual([[false], [], [true]])
  third.end()
})

test('a leader that responds keeps its leadership', async () => {
  const first = campaign(environment, 'two')
  await until(() => first.seen.elections.length === 1)
  const second = campaign(environment, 'two')
  const pongs: unknown[] = []
  const channel = environment.openChannel('two:leader')
  channel.onmessage = ({ data }: { data: unknown }) => void (data === 'pong' && pongs.push(data))
  await until(() => clock.waits.length === 1)

  for (let round = 1; round <= 10; round++) {
    clock.advance(5_000)
    await until(() => pongs.length === round)
  }

  expect(second.seen.elections).toEqual([])
  expect(first.seen.isOver).toBe(false)
  second.end()
  first.end()
  channel.close()
})

test('a leader that does not respond for 15 s loses its leadership, and learns of it', async () => {
  const first = campaign(suspended, 'three')
  await until(() => first.seen.elections.length === 1)
  const second = campaign(environment, 'three')
  await until(() => clock.waits.length === 1)

  clock.advance(5_000)
  clock.advance(5_000)
  expect(second.seen.elections).toEqual([])
  clock.advance(5_000)
  await until(() => second.seen.elections.length === 1 && first.seen.isOver)

  expect(second.seen.elections).toEqual([true])
  second.end()
})

test('a leader keeps its leadership if the machine was busy', async () => {
  const first = campaign(suspended, 'four')
  await until(() => first.seen.elections.length === 1)
  const second = campaign(environment, 'four')
  await until(() => clock.waits.length === 1)

  // These pings are sent 3 s late.
  for (let round = 0; round < 5; round++) clock.advance(8_000)
  expect(clock.waits).toHaveLength(1)
  for (let round = 0; round < 3; round++) clock.advance(5_000)
  await until(() => second.seen.elections.length === 1)

  expect(first.seen.isOver).toBe(true)
  second.end()
})
