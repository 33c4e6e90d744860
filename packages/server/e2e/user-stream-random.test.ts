import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import {
  openConversationStream,
  openUserStream,
  type ReadyStream,
  type StreamEvent,
} from './raw-http/event-stream.ts'
import { createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const conversation = fc.constantFrom('a', 'b')
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('say' as const), conversation }) },
  {
    weight: 3,
    // Who makes it, or what becomes of it.
    arbitrary: fc.record({ type: fc.constant('change' as const), conversation, choice: fc.nat({ max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'return' as const) }) },
  fc.record({ type: fc.constantFrom('restart' as const, 'cut' as const, 'cut' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What one user may hear of each conversation, in its order: the texts of each time that they took part. */
type Heard = Map<string, string[][]>

test('random histories: the stream of a user is all that the streams of their conversations are', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50, size: 'max' }), async (steps) => {
      const people = [await createTestUser(server.url), await createTestUser(server.url)] as const
      expect(await play(server, { steps, people, prefix: `${++runs}-` })).toEqual([])
    }),
    { numRuns: Number(process.env['PARLEY_TEST_RUNS'] ?? 25), endOnFailure: true },
  )
}, 600_000)

/** @returns What was wrong. */
async function play(
  server: TestServer,
  { steps, people, prefix }: { steps: Step[]; people: readonly [TestUser, TestUser]; prefix: string },
): Promise<string[]> {
  const faults: string[] = []
  const [ann, ben] = people
  const home = `${prefix}home`
  await ann.post('/conversations', { id: home })
  /** The owner of each conversation, and whether ann takes part. */
  const world = new Map<string, { readonly owner: TestUser; isIn: boolean }>()
  const expected: Heard = new Map()
  const listening = await follow(ann, faults)
  let said = 0

  for (const next of steps) {
    if (!('conversation' in next)) {
      if (next.type === 'leave') await listening.leave()
      else if (next.type === 'return') await listening.resume()
      else {
        // A connection that waits for a next request would be lost under it: nothing of ours is to try again.
        if (next.type === 'cut') server.cut(({ path }) => path.endsWith('/listen'))
        else await server.restart()
        await listening.lose()
      }
      continue
    }
    const id = prefix + next.conversation
    const known = world.get(id)
    const join = (): void => {
      expected.set(id, [...(expected.get(id) ?? []), []])
    }
    if (next.type === 'say') {
      if (!known) continue
      const text = `${++said}`
      await sendText(known.owner, id, text)
      if (known.isIn) expected.get(id)?.at(-1)?.push(text)
    } else if (!known) {
      const owner = next.choice === 0 ? ann : ben
      await owner.post('/conversations', { id })
      world.set(id, { owner, isIn: owner === ann })
      if (owner === ann) join()
    } else if (known.owner === ann || next.choice === 0) {
      await known.owner.delete(`/conversations/${id}`)
      world.delete(id)
    } else if (known.isIn) {
      const by = next.choice === 1 ? ann : ben
      await by.delete(`/conversations/${id}/participants/${ann.id}`)
      known.isIn = false
    } else {
      await ben.post(`/conversations/${id}/participants`, { userId: ann.id })
      known.isIn = true
      join()
    }
  }
  await sendText(ann, home, 'the end')
  const heard = await listening.untilTheEnd()
  await ann.delete('/users/me')

  // Those in which ann takes part still are heard whole; of those that are gone, the end may have been lost with them.
  for (const [id, times] of expected) {
    const heardTimes = heard.get(id) ?? []
    const isWhole = !world.get(id)?.isIn || String(heardTimes.at(-1)) === String(times.at(-1))
    if (!isWhole) faults.push(`heard ${String(heardTimes.at(-1))} of ${String(times.at(-1))} in ${id}`)
    const strange = heardTimes.filter(
      (texts) => !times.some((whole) => texts.every((text, at) => whole[at] === text)),
    )
    if (strange.length > 0)
      faults.push(`heard ${JSON.stringify(strange)} of ${JSON.stringify(times)} in ${id}`)
  }
  const takingPart = [home, ...[...world].filter(([, { isIn }]) => isIn).map(([id]) => id)]
  const known = [...listening.open()].toSorted()
  if (String(known) !== String(takingPart.toSorted()))
    faults.push(`takes ${String(known)} for ${String(takingPart)}`)
  return faults
}

/** Follows the stream of a user over every loss, and checks that nothing is heard of what is gone. */
async function follow(person: TestUser, faults: string[]) {
  const heard: Heard = new Map()
  const open = new Set<string>()
  let lastId = ''
  let isAway = false
  let stream: ReadyStream = await openUserStream(person)
  lastId = stream.ready.id

  const take = (event: StreamEvent): boolean => {
    if (event.data === 'ping') return false
    if (event.id !== undefined) {
      if (event.id <= lastId) faults.push(`heard ${event.id} after ${lastId}`)
      lastId = event.id
    }
    const json = JSON.parse(event.data) as Record<string, unknown>
    const signal = (event.event === 'message' ? json['data'] : json) as Record<string, unknown>
    const id = String(signal['conversationId'])
    if (event.event === 'conversation_added') {
      open.add(id)
      heard.set(id, [...(heard.get(id) ?? []), []])
    } else if (event.event === 'conversation_removed') open.delete(id)
    else {
      if (!id.endsWith('home') && !open.has(id)) faults.push(`heard of ${id}, which is gone`)
      const text = (signal['payload'] as { text?: string } | undefined)?.text
      if (text === 'the end') {
        open.add(id)
        return true
      }
      if (text !== undefined) heard.get(id)?.at(-1)?.push(text)
    }
    return false
  }
  const resume = async (): Promise<void> => {
    if (!isAway) return
    isAway = false
    stream = await openUserStream(person, { 'last-event-id': lastId })
    if (stream.ready.state !== 'resumed') faults.push(`was told ${stream.ready.state}`)
  }

  return {
    open: () => open,
    leave: async () => {
      isAway = true
      await stream[Symbol.asyncDispose]()
    },
    resume,
    /** Hears what came before the stream was lost. */
    lose: async () => {
      if (isAway) return
      await stream.until(take).catch(() => {})
      isAway = true
      await resume()
    },
    untilTheEnd: async () => {
      await resume()
      await stream.until(take)
      await stream[Symbol.asyncDispose]()
      return heard
    },
  }
}

test('the same in one conversation: both streams bring the same signals', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  await ann.post('/conversations', { id: 'both' })
  await ann.post('/conversations/both/participants', { userId: ben.id })
  await using one = await openConversationStream(ann, 'both')
  await using all = await openUserStream(ann)

  await Promise.all(
    [ann, ben].map(async (sender) => {
      for (let n = 0; n < 30; n++) {
        await sendText(sender, 'both', `${n}`)
        await sender.post('/events', { conversationId: 'both', payload: { n } })
      }
    }),
  )

  expect(await all.nextSignals(120)).toEqual(await one.nextSignals(120))
})
