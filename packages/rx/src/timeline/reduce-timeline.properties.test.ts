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
import { createFakeClient, type ClientEvent } from '../../e2e/model/fake-client.ts'
import {
  conversationId,
  createFakeServer,
  userId,
  type ServerAction,
  type FakeServer,
} from '../../e2e/model/fake-server.ts'
import { propertyRuns } from '../../e2e/model/settings.ts'
import type { ChatMessage } from './chat-message.ts'
import { comparePositions } from './chunks.ts'
import { reduceTimeline } from './reduce-timeline.ts'
import { type TimelineAction, emptyTimeline, type Timeline } from './timeline.ts'

const stream = nat({ max: 2 })
const serverAction = oneof<Arbitrary<ServerAction>[]>(
  record({ do: constant('post'), by: constantFrom('bob', 'bot'), hasClientId: boolean() }),
  record({ do: constant('stream_delta'), stream }),
  record({ do: constant('stream_delta'), stream }),
  record({ do: constant('stream_complete'), stream }),
  record({ do: constant('stream_abort'), stream }),
  record({ do: constant('delete'), which: nat() }),
  record({ do: constant('accept_send'), times: constantFrom(1, 1, 1, 2) }),
)
const clientEvent = oneof<Arbitrary<ClientEvent>[]>(
  record({ type: constant('receive'), count: integer({ min: 1, max: 4 }) }),
  record({ type: constant('receive'), count: integer({ min: 1, max: 4 }) }),
  record({ type: constant('receive_again'), which: nat() }),
  record({ type: constant('lose_signal') }),
  record({ type: constant('reconnect') }),
  record({ type: constant('streams_announced') }),
  record({ type: constant('request_page'), isOlder: boolean() }),
  record({ type: constant('receive_page') }),
  record({ type: constant('send') }),
  record({ type: constant('send_rejected') }),
  record({ type: constant('receive_response'), which: nat() }),
)
const scenario = array(oneof(serverAction, clientEvent), { maxLength: 60, size: 'max' })

test('with repeated, lost, delayed and reordered input, the timeline ends up the same as without disturbances', () => {
  assert(
    property(
      scenario,
      array(serverAction, { maxLength: 12 }),
      boolean(),
      integer({ min: 1, max: 5 }),
      (steps, earlierActions, canResume, pageSize) => {
        const server = createFakeServer()
        const undisturbed = createCheckedTimeline()
        const disturbed = createCheckedTimeline()
        const client = createFakeClient(server, {
          canResume,
          pageSize,
          getTimeline: () => disturbed.timeline,
          dispatch: (action) => disturbed.dispatch(action),
        })

        for (const action of earlierActions) server.perform(action)
        client.open()
        for (const step of steps) {
          if ('do' in step) server.perform(step)
          else client.handle(step)
        }
        while (server.queue.length > 0) server.perform({ do: 'accept_send', times: 1 })
        client.settle()
        for (const { signals } of server.log) for (const signal of signals) undisturbed.dispatch(signal)

        const failed = disturbed.timeline.pending.map(withoutKey)
        expect(failed.every(({ status }) => status === 'failed')).toBe(true)
        expect(disturbed.timeline.messages.map(withoutKey)).toEqual([...getExpected(server), ...failed])
        expect(undisturbed.timeline.messages.map(withoutKey)).toEqual(getExpected(server))
      },
    ),
    propertyRuns(),
  )
}, 1_800_000)

/** Checks the invariants after each action, not only at the end. */
function createCheckedTimeline() {
  let timeline = emptyTimeline(conversationId, userId)
  return {
    get timeline() {
      return timeline
    },
    dispatch(action: TimelineAction): void {
      const next = reduceTimeline(timeline, action)
      if (reduceTimeline(next, action) !== next) throw new Error(`Not idempotent: ${JSON.stringify(action)}`)
      check(timeline, next)
      timeline = next
    },
  }
}

function check(previous: Timeline, next: Timeline): void {
  const { stored, messages, streaming, pending } = next
  const violations = [
    new Set(messages.map(({ key }) => key)).size < messages.length && 'duplicate key',
    stored.some(
      (message, index) => index > 0 && comparePositions(stored[index - 1] ?? message, message) >= 0,
    ) && 'wrong order',
    messages.length !== stored.length + streaming.length + pending.length && 'not all messages are displayed',
    stored.some((message) => {
      const before = previous.stored.find(({ id, key }) => id === message.id && key === message.key)
      return before && before !== message
    }) && 'an unchanged message is a new object',
    [...previous.pending, ...previous.streaming].some(({ key }) => {
      const replacement = stored.find((message) => replaces(message, key))
      return replacement && !previous.stored.includes(replacement) && replacement.key !== key
    }) && 'the key of a displayed message changed',
    stored.some((message) => pending.some(({ key }) => replaces(message, key))) && 'stored and pending',
    stored.some((message) => streaming.some(({ key }) => replaces(message, key))) && 'stored and streaming',
  ]
  expect(violations.filter(Boolean)).toEqual([])
}

function replaces(message: ChatMessage, key: string): boolean {
  const { clientMessageId, streamId } = message.metadata ?? {}
  if (message.userId === userId) return clientMessageId === key
  return message.userId === 'bot' && `${String(streamId)} bot` === key
}

function getExpected(server: FakeServer): object[] {
  const displayed = server.stored.filter((message) => {
    const clientId = message.metadata?.['clientMessageId']
    const first = server.stored.find((candidate) => candidate.metadata?.['clientMessageId'] === clientId)
    return clientId === undefined || first === message
  })
  const streams = server.openStreamDeltas().map((signal) => {
    if (signal.type !== 'message_stream_delta') throw new Error('Not a delta')
    const { sequence, delta, ...rest } = signal.data
    return {
      ...rest,
      status: 'streaming',
      isOwn: false,
      sequence,
      payload: { type: 'text', text: delta },
    }
  })
  const compare = (a: { createdAt: string; streamId: string }, b: typeof a): number =>
    a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.streamId < b.streamId) ? -1 : 1
  return [
    ...displayed.map((message) => ({ ...message, status: 'sent', isOwn: message.userId === userId })),
    ...streams.sort(compare),
  ]
}

/** The key is omitted: it depends on how the message arrived. */
function withoutKey(message: ChatMessage): Omit<ChatMessage, 'key'> {
  const { key: _, ...rest } = message
  return rest
}
