import {
  array,
  assert,
  type Arbitrary,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  record,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { ChatMessage } from '../src/timeline/chat-message.ts'
import { comparePositions } from '../src/timeline/position.ts'
import { reduceTimeline } from '../src/timeline/reduce-timeline.ts'
import type { TimelineAction } from '../src/timeline/timeline-action.ts'
import { emptyTimeline, type Timeline } from '../src/timeline/timeline.ts'
import { createFakeClient, type ClientEvent } from './model/fake-client.ts'
import {
  conversationId,
  createFakeServer,
  userId,
  type ServerAction,
  type FakeServer,
} from './model/fake-server.ts'
import { propertyRuns } from './model/settings.ts'

const stream = nat({ max: 2 })
const deed = oneof<Arbitrary<ServerAction>[]>(
  record({ do: constant('say'), by: constantFrom('bob', 'bot'), hasClientId: boolean() }),
  record({ do: constant('write'), stream }),
  record({ do: constant('write'), stream }),
  record({ do: constant('finish'), stream }),
  record({ do: constant('abort'), stream }),
  record({ do: constant('delete'), which: nat() }),
  record({ do: constant('accept'), times: constantFrom(1, 1, 1, 2) }),
)
const incident = oneof<Arbitrary<ClientEvent>[]>(
  record({ type: constant('hear'), count: integer({ min: 1, max: 4 }) }),
  record({ type: constant('hear'), count: integer({ min: 1, max: 4 }) }),
  record({ type: constant('hear_again'), which: nat() }),
  record({ type: constant('lose') }),
  record({ type: constant('reconnect') }),
  record({ type: constant('streams_announced') }),
  record({ type: constant('ask'), isOlder: boolean() }),
  record({ type: constant('get_page') }),
  record({ type: constant('send') }),
  record({ type: constant('refuse') }),
  record({ type: constant('get_answer'), which: nat() }),
)
const story = array(oneof(deed, incident), { maxLength: 60, size: 'max' })

test('whatever is repeated, lost, delayed or overtaken, it ends as the undisturbed run does', () => {
  assert(
    property(
      story,
      array(deed, { maxLength: 12 }),
      boolean(),
      integer({ min: 1, max: 5 }),
      (events, before, canResume, pageSize) => {
        const world = createFakeServer()
        const calm = createKeeper()
        const disturbed = createKeeper()
        const take = (input: TimelineAction): void => disturbed.take(input)
        const listener = createFakeClient(world, {
          canResume,
          pageSize,
          state: () => disturbed.timeline,
          take,
        })

        for (const each of before) world.perform(each)
        listener.open()
        for (const each of events) {
          if ('do' in each) world.perform(each)
          else listener.handle(each)
        }
        while (world.queue.length > 0) world.perform({ do: 'accept', times: 1 })
        listener.settle()
        for (const { signals } of world.log) for (const signal of signals) calm.take(signal)

        const failed = disturbed.timeline.pending.map(essence)
        expect(failed.every(({ status }) => status === 'failed')).toBe(true)
        expect(disturbed.timeline.messages.map(essence)).toEqual([...expectedOf(world), ...failed])
        expect(calm.timeline.messages.map(essence)).toEqual(expectedOf(world))
      },
    ),
    propertyRuns(),
  )
}, 1_800_000)

/** What holds after every single input, and not only in the end. */
function createKeeper() {
  let timeline = emptyTimeline(conversationId, userId)
  return {
    get timeline() {
      return timeline
    },
    take(input: TimelineAction): void {
      const next = reduceTimeline(timeline, input)
      if (reduceTimeline(next, input) !== next) throw new Error(`Not idempotent: ${JSON.stringify(input)}`)
      check(timeline, next)
      timeline = next
    },
  }
}

function check(former: Timeline, next: Timeline): void {
  const { stored, messages, streaming, pending } = next
  const faults = [
    new Set(messages.map(({ key }) => key)).size < messages.length && 'a key twice',
    stored.some(
      (message, index) => index > 0 && comparePositions(stored[index - 1] ?? message, message) >= 0,
    ) && 'order',
    messages.length !== stored.length + streaming.length + pending.length && 'not all are shown',
    stored.some((message) => {
      const before = former.stored.find(({ id, key }) => id === message.id && key === message.key)
      return before && before !== message
    }) && 'another object for the same message',
    [...former.pending, ...former.streaming].some(({ key }) => {
      const outcome = stored.find((message) => isOutcome(message, key))
      return outcome && !former.stored.includes(outcome) && outcome.key !== key
    }) && 'another key for what was shown before',
    stored.some((message) => pending.some(({ key }) => isOutcome(message, key))) && 'sent and unsent',
    stored.some((message) => streaming.some(({ key }) => isOutcome(message, key))) &&
      'sent and being written',
  ]
  expect(faults.filter(Boolean)).toEqual([])
}

function isOutcome(message: ChatMessage, key: string): boolean {
  const { clientMessageId, streamId } = message.metadata ?? {}
  if (message.userId === userId) return clientMessageId === key
  return message.userId === 'bot' && `${String(streamId)} bot` === key
}

function expectedOf(world: FakeServer): object[] {
  const shown = world.stored.filter((message) => {
    const clientId = message.metadata?.['clientMessageId']
    const first = world.stored.find((each) => each.metadata?.['clientMessageId'] === clientId)
    return clientId === undefined || first === message
  })
  const written = world.announcements().map((signal) => {
    if (signal.type !== 'message_stream_delta') throw new Error('Not a delta')
    const { sequence, delta, ...rest } = signal.data
    return {
      ...rest,
      status: 'streaming',
      sequence,
      payload: { type: 'text', text: delta },
    }
  })
  const order = (one: { createdAt: string; streamId: string }, other: typeof one): number =>
    one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.streamId < other.streamId)
      ? -1
      : 1
  return [...shown.map((message) => ({ ...message, status: 'sent' })), ...written.sort(order)]
}

/** All but the key, which tells of the way by which a message came. */
function essence(message: ChatMessage): Omit<ChatMessage, 'key'> {
  const { key: _, ...rest } = message
  return rest
}
