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
  { weight: 2, arbitrary: fc.record({ type: fc.constant('send' as const), conversation }) },
  {
    weight: 3,
    // Chooses the owner of a new conversation, or how an existing one changes.
    arbitrary: fc.record({ type: fc.constant('change' as const), conversation, choice: fc.nat({ max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('disconnect' as const, 'resume' as const) }) },
  fc.record({ type: fc.constantFrom('restart' as const, 'cut' as const, 'cut' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** For each conversation, the texts of each period in which the user was a participant. */
type TextsByPeriod = Map<string, string[][]>

test('after random actions, the stream of a user has delivered the signals of all their conversations', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50, size: 'max' }), async (steps) => {
      const users = [await createTestUser(server.url), await createTestUser(server.url)] as const
      expect(await runSteps(server, { steps, users, prefix: `${++runs}-` })).toEqual([])
    }),
    { numRuns: Number(process.env['PARLEY_TEST_RUNS'] ?? 25), endOnFailure: true },
  )
}, 600_000)

/** Runs the steps. @returns All differences from the expected signals. */
async function runSteps(
  server: TestServer,
  { steps, users, prefix }: { steps: Step[]; users: readonly [TestUser, TestUser]; prefix: string },
): Promise<string[]> {
  const violations: string[] = []
  const [ann, ben] = users
  const home = `${prefix}home`
  await ann.post('/conversations', { id: home })
  /** The owner of each conversation, and whether ann is a participant. */
  const conversations = new Map<string, { readonly owner: TestUser; hasAnn: boolean }>()
  const expected: TextsByPeriod = new Map()
  const follower = await followUserStream(ann, violations)
  let sentCount = 0

  for (const action of steps) {
    if (!('conversation' in action)) {
      if (action.type === 'disconnect') await follower.disconnect()
      else if (action.type === 'resume') await follower.resume()
      else {
        // Cuts only streams: cutting an idle connection could make a later request fail, and the test does not retry.
        if (action.type === 'cut') server.cutConnections(({ path }) => path.endsWith('/listen'))
        else await server.restart()
        await follower.reconnect()
      }
      continue
    }
    const id = prefix + action.conversation
    const existing = conversations.get(id)
    const startPeriod = (): void => {
      expected.set(id, [...(expected.get(id) ?? []), []])
    }
    if (action.type === 'send') {
      if (!existing) continue
      const text = `${++sentCount}`
      await sendText(existing.owner, id, text)
      if (existing.hasAnn) expected.get(id)?.at(-1)?.push(text)
    } else if (!existing) {
      const owner = action.choice === 0 ? ann : ben
      await owner.post('/conversations', { id })
      conversations.set(id, { owner, hasAnn: owner === ann })
      if (owner === ann) startPeriod()
    } else if (existing.owner === ann || action.choice === 0) {
      await existing.owner.delete(`/conversations/${id}`)
      conversations.delete(id)
    } else if (existing.hasAnn) {
      const remover = action.choice === 1 ? ann : ben
      await remover.delete(`/conversations/${id}/participants/${ann.id}`)
      existing.hasAnn = false
    } else {
      await ben.post(`/conversations/${id}/participants`, { userId: ann.id })
      existing.hasAnn = true
      startPeriod()
    }
  }
  await sendText(ann, home, 'the end')
  const received = await follower.readToEnd()
  await ann.delete('/users/me')

  // A current conversation must be complete. A removed one may lack its last messages.
  for (const [id, periods] of expected) {
    const receivedPeriods = received.get(id) ?? []
    const isComplete =
      !conversations.get(id)?.hasAnn || String(receivedPeriods.at(-1)) === String(periods.at(-1))
    if (!isComplete)
      violations.push(`received ${String(receivedPeriods.at(-1))} of ${String(periods.at(-1))} in ${id}`)
    const unexpected = receivedPeriods.filter(
      (texts) => !periods.some((period) => texts.every((text, index) => period[index] === text)),
    )
    if (unexpected.length > 0)
      violations.push(`received ${JSON.stringify(unexpected)} of ${JSON.stringify(periods)} in ${id}`)
  }
  const current = [home, ...[...conversations].filter(([, { hasAnn }]) => hasAnn).map(([id]) => id)]
  const open = [...follower.open()].toSorted()
  if (String(open) !== String(current.toSorted()))
    violations.push(`open conversations are ${String(open)} instead of ${String(current)}`)
  return violations
}

/** Follows the stream of a user across reconnects, and checks that removed conversations have no signals. */
async function followUserStream(user: TestUser, violations: string[]) {
  const received: TextsByPeriod = new Map()
  const open = new Set<string>()
  let lastId = ''
  let isDisconnected = false
  let stream: ReadyStream = await openUserStream(user)
  lastId = stream.ready.id

  const handleEvent = (event: StreamEvent): boolean => {
    if (event.data === 'ping') return false
    if (event.id !== undefined) {
      if (event.id <= lastId) violations.push(`received ${event.id} after ${lastId}`)
      lastId = event.id
    }
    const json = JSON.parse(event.data) as Record<string, unknown>
    const signal = (event.event === 'message' ? json['data'] : json) as Record<string, unknown>
    const id = String(signal['conversationId'])
    if (event.event === 'conversation_added') {
      open.add(id)
      received.set(id, [...(received.get(id) ?? []), []])
    } else if (event.event === 'conversation_removed') open.delete(id)
    else {
      if (!id.endsWith('home') && !open.has(id))
        violations.push(`received a signal of ${id} after its removal`)
      const text = (signal['payload'] as { text?: string } | undefined)?.text
      if (text === 'the end') {
        open.add(id)
        return true
      }
      if (text !== undefined) received.get(id)?.at(-1)?.push(text)
    }
    return false
  }
  const resume = async (): Promise<void> => {
    if (!isDisconnected) return
    isDisconnected = false
    stream = await openUserStream(user, { 'last-event-id': lastId })
    if (stream.ready.state !== 'resumed') violations.push(`the state was ${stream.ready.state}`)
  }

  return {
    open: () => open,
    disconnect: async () => {
      isDisconnected = true
      await stream[Symbol.asyncDispose]()
    },
    resume,
    /** Reads the events before the lost connection, then resumes. */
    reconnect: async () => {
      if (isDisconnected) return
      await stream.until(handleEvent).catch(() => {})
      isDisconnected = true
      await resume()
    },
    readToEnd: async () => {
      await resume()
      await stream.until(handleEvent)
      await stream[Symbol.asyncDispose]()
      return received
    },
  }
}

test('for one conversation, both streams deliver the same signals', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  await ann.post('/conversations', { id: 'both' })
  await ann.post('/conversations/both/participants', { userId: ben.id })
  await using conversationStream = await openConversationStream(ann, 'both')
  await using userStream = await openUserStream(ann)

  await Promise.all(
    [ann, ben].map(async (sender) => {
      for (let n = 0; n < 30; n++) {
        await sendText(sender, 'both', `${n}`)
        await sender.post('/events', { conversationId: 'both', payload: { n } })
      }
    }),
  )

  expect(await userStream.nextSignals(120)).toEqual(await conversationStream.nextSignals(120))
})
