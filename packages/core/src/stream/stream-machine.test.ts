import { array, assert, boolean, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message } from '../contract/models.ts'
import { ChatError, networkError } from '../errors/chat-error.ts'
import type { MessageCreated } from './backfill.ts'
import type { UserSignal } from './chat-signal.ts'
import type { StreamItem, StreamReady } from './open-connection.ts'
import {
  createStreamMachine,
  type StreamEffect,
  type StreamEnvironment,
  type StreamEvent,
  type StreamMachine,
} from './stream-machine.ts'

const now = Date.UTC(2026, 0, 1)
const environment: StreamEnvironment = { now, readingSince: now, isOffline: false }
const cut: StreamEvent = { type: 'ended', cause: networkError('listenConversation', 'cut') }
const noReplay: StreamItem = { type: 'ready', data: { state: 'fresh' } }

function createMachine(options: { after?: string; canBackfill?: boolean } = {}): StreamMachine {
  const { after, canBackfill = true } = options
  return createStreamMachine({
    operation: 'listenConversation',
    conversationId: 'c',
    after,
    canBackfill,
    idleTimeoutMs: 60_000,
    random: () => 1,
  })
}

/** Passes events to a machine and returns the effects of the last one. */
function run(
  machine: StreamMachine,
  events: StreamEvent[],
  world: Partial<StreamEnvironment> = {},
): StreamEffect[] {
  let effects: StreamEffect[] = []
  for (const event of events) effects = machine.handle(event, { ...environment, ...world })
  return effects
}

function received(...items: StreamItem[]): StreamEvent {
  return { type: 'received', items, isResumable: false }
}
function triggered(silentSince?: number): StreamEvent {
  return { type: 'triggered', silentSince }
}
function ended(type: 'Unavailable' | 'Forbidden', retryAfterMs?: number): StreamEvent {
  return { type: 'ended', cause: new ChatError(type, 'no', { retryAfterMs }) }
}
function message(number: number): Message {
  const createdAt = new Date(now + number).toISOString()
  return {
    id: `m${number}`,
    conversationId: 'c',
    userId: 'u',
    createdAt,
    payload: { type: 'text', text: 'Hello' },
  }
}
function created(number: number): MessageCreated {
  return { type: 'message_created', data: { ...message(number), isBot: false } }
}

const event: UserSignal = {
  type: 'event_created',
  data: { ...message(3), id: 'event_3', payload: { kind: 'paid' }, isBot: true },
}
const delta: UserSignal = {
  type: 'message_stream_delta',
  data: { streamId: 's', conversationId: 'c', userId: 'b', createdAt: '', sequence: 0, delta: 'a' },
}

describe('after a connection ended', () => {
  const reconnecting = (attempt: number, delayMs: number) => ({
    state: 'reconnecting',
    attempt,
    retryAt: now + delayMs,
  })

  test.each<[string, StreamEvent[], Partial<StreamEnvironment>, object, object]>([
    ['the first attempt backs off', [cut], {}, { type: 'wait', delayMs: 1_000 }, reconnecting(1, 1_000)],
    [
      'the upper bound doubles',
      [cut, { type: 'waited' }, cut],
      {},
      { type: 'wait', delayMs: 2_000 },
      reconnecting(2, 2_000),
    ],
    [
      'an open one is replaced at once',
      [received(noReplay), cut],
      {},
      { type: 'connect' },
      reconnecting(1, 0),
    ],
    [
      'offline, it waits',
      [received(noReplay), cut],
      { isOffline: true },
      { type: 'wait', delayMs: 1_000 },
      { state: 'offline' },
    ],
    [
      'it waits as long as the server asks',
      [ended('Unavailable', 90_000)],
      {},
      { type: 'wait', delayMs: 90_000 },
      reconnecting(1, 90_000),
    ],
    [
      'it waits at most five minutes',
      [ended('Unavailable', 86_400_000)],
      {},
      { type: 'wait', delayMs: 300_000 },
      reconnecting(1, 300_000),
    ],
  ])('%s', (_, events, world, next, status) => {
    const effects = run(createMachine(), events, world)

    expect(effects).toMatchObject([next, { type: 'status', status }])
  })

  test('a permanent error ends the stream, and nothing follows', () => {
    const machine = createMachine()

    expect(run(machine, [ended('Forbidden')])).toMatchObject([{ type: 'fail', cause: { type: 'Forbidden' } }])
    expect(run(machine, [cut, triggered(), { type: 'waited' }])).toEqual([])
  })

  test('while missed messages are listed, the list comes first', () => {
    const machine = createMachine({ after: 'm1' })
    run(machine, [received(noReplay), received(created(3))])

    expect(run(machine, [cut])).toEqual([])
    expect(run(machine, [{ type: 'listed', messages: [created(2), created(3)] }])).toMatchObject([
      { type: 'deliver', signal: created(2) },
      { type: 'deliver', signal: created(3) },
      { type: 'connect' },
      { type: 'status' },
    ])
  })

  test.each<[string, StreamEvent]>([
    ['the list fails', { type: 'listFailed', cause: networkError('listMessages', 'cut') }],
    ['the connection is silent', triggered(now)],
  ])('signals that arrived before %s follow the next list: some are in no list', (_, failed) => {
    const machine = createMachine({ after: 'm1' })
    run(machine, [received(noReplay), received(delta, event), failed, received(noReplay)])

    expect(run(machine, [{ type: 'listed', messages: [created(2)] }])).toMatchObject([
      { type: 'deliver', signal: created(2) },
      { type: 'deliver', signal: event },
    ])
  })
})

describe('a trigger', () => {
  const silent = { readingSince: now - 30_000 }
  const reconnects = ['connect', 'status']

  test.each<[string, StreamEvent[], number | undefined, Partial<StreamEnvironment>, string[]]>([
    ['does nothing while an attempt is in flight', [], undefined, {}, []],
    ['lists missed messages on a healthy connection', [received(noReplay)], undefined, {}, ['list']],
    ['replaces a connection that was silent for 30 s', [received(noReplay)], undefined, silent, reconnects],
    ['of a request does nothing on an open connection', [received(noReplay)], 0, silent, []],
    [
      'of a request without response keeps a connection with newer data',
      [received(noReplay)],
      now - 1,
      {},
      [],
    ],
    ['of a request without response replaces one without', [received(noReplay)], now, {}, reconnects],
    ['of a lost network replaces any connection', [received(noReplay)], Infinity, {}, reconnects],
    ['ends a wait', [cut], undefined, {}, ['status', 'connect']],
    ['of a request ends a wait', [cut], 0, {}, ['status', 'connect']],
    ['of a request ends no wait that a request caused', [cut, triggered(0), cut], 0, {}, []],
    ['of a request ends no wait that the server asked for', [ended('Unavailable', 9_000)], 0, {}, []],
    ['of a lost network ends no wait', [cut], Infinity, {}, []],
  ])('%s', (_, events, silentSince, world, expected) => {
    const machine = createMachine()
    run(machine, events)

    const effects = run(machine, [triggered(silentSince)], world)

    expect(effects.map(({ type }) => type)).toEqual(expected)
  })

  test('during an attempt is handled once its outcome is known', () => {
    const failing = run(createMachine(), [triggered(), triggered(0), cut])
    const succeeding = run(createMachine(), [triggered(), received(noReplay)])

    expect(failing.map(({ type }) => type)).toEqual(['wait', 'status', 'status', 'connect'])
    expect(succeeding.map(({ type }) => type)).toEqual(['opened', 'list'])
  })

  test('only reports a possible gap if missed messages are not listed', () => {
    const machine = createMachine({ canBackfill: false })
    run(machine, [received(noReplay)])

    expect(run(machine, [triggered()])).toEqual([{ type: 'possibleGap' }])
  })
})

const steps = [
  'store',
  'cut',
  'fail',
  'listed',
  'listFailed',
  'trigger',
  'request',
  'waited',
  'loseLog',
] as const
type Step = (typeof steps)[number]

/** A server and the owner of a machine, which passes on only what belongs to the current connection. */
function simulate(isResumable: boolean) {
  const machine = createMachine()
  const log: MessageCreated[] = []
  const delivered: UserSignal[] = []
  const statuses: string[] = ['connecting']
  /** What the owner does now: exactly one of these. */
  let doing: 'connecting' | 'open' | 'ended' | 'waiting' = 'connecting'
  let isListing = false
  let lastId: string | undefined
  let hasLostLog = false

  function handle(event: StreamEvent): void {
    for (const effect of machine.handle(event, environment)) perform(effect)
  }

  function perform(effect: StreamEffect): void {
    switch (effect.type) {
      case 'connect':
        doing = 'connecting'
        isListing = false
        lastId = effect.lastId
        break
      case 'wait':
        expect(doing).not.toBe('waiting')
        expect(effect.delayMs).toBeGreaterThan(0)
        doing = 'waiting'
        isListing = false
        break
      case 'opened':
        expect(doing).toBe('connecting')
        doing = 'open'
        statuses.push('online')
        break
      case 'list':
        expect([doing, isListing]).toEqual(['open', false])
        isListing = true
        break
      case 'status':
        statuses.push(effect.status.state)
        break
      case 'deliver':
        if (effect.signal.type !== 'discontinuity') delivered.push(effect.signal)
        break
      case 'fail':
      case 'possibleGap':
        expect.unreachable()
    }
  }

  const withId = (signal: MessageCreated, index: number): UserSignal =>
    isResumable ? { ...signal, id: `${index + 1}` } : signal

  /** The server accepts the connection: it replays what it can. */
  function accept(): void {
    const from = Number(lastId ?? log.length)
    const canReplay = isResumable && lastId !== undefined && !hasLostLog
    const state: StreamReady['state'] = canReplay
      ? 'resumed'
      : lastId !== undefined && isResumable
        ? 'reset'
        : 'fresh'
    const ready: StreamItem = {
      type: 'ready',
      data: isResumable ? { state, id: canReplay ? `${from}` : `${log.length}` } : { state },
    }
    hasLostLog = false
    const replayed = canReplay ? log.map(withId).slice(from) : []
    handle({ type: 'received', items: [ready, ...replayed], isResumable })
  }

  function take(step: Step): void {
    const isConnected = doing === 'connecting' || doing === 'open'
    if (step === 'store') {
      if (doing === 'connecting') accept()
      log.push(created(log.length + 1))
      const signal = log.at(-1)
      if (doing === 'open' && signal)
        handle({ type: 'received', items: [withId(signal, log.length - 1)], isResumable })
    } else if (step === 'cut' && isConnected) {
      doing = 'ended'
      handle(cut)
    } else if (step === 'fail' && doing === 'connecting') handle(ended('Unavailable'))
    else if (step === 'listed' && isListing) {
      isListing = false
      handle({ type: 'listed', messages: log.filter(({ data }) => !machine.hasSeen(data.id)) })
    } else if (step === 'listFailed' && isListing) {
      isListing = false
      handle({ type: 'listFailed', cause: networkError('listMessages', 'cut') })
    } else if (step === 'trigger') handle(triggered())
    else if (step === 'loseLog') hasLostLog = true
    else if (step === 'request') handle(triggered(0))
    else if (step === 'waited' && doing === 'waiting') handle({ type: 'waited' })
  }

  /** Lets everything succeed that is in flight. */
  function settle(): void {
    for (let round = 0; round < 4; round++) {
      take('waited')
      if (doing === 'connecting') accept()
      take('listed')
    }
  }

  accept()
  return { take, settle, log, delivered, statuses }
}

describe.each([
  ['a server without replay', false],
  ['a server with replay, which can lose its log', true],
])('with %s', (_, isResumable) => {
  test('all messages are delivered once and in order, whatever happens to the connections', () => {
    assert(
      property(array(constantFrom(...steps), { maxLength: 60 }), (sequence) => {
        const stream = simulate(isResumable)

        for (const step of sequence) stream.take(step)
        stream.settle()

        expect(stream.delivered.map(({ data }) => (data as Message).id)).toEqual(
          stream.log.map(({ data }) => data.id),
        )
        expect(stream.statuses.at(-1)).toBe('online')
      }),
      { numRuns: 500 },
    )
  })
})

test('a signal that several connections deliver is delivered once, in any batches', () => {
  const items = constantFrom<StreamItem[]>(...[1, 2, 3, 4].map((number) => [created(number)]), [noReplay], [])
  assert(
    property(array(items), array(boolean()), (batches, cuts) => {
      const machine = createMachine({ canBackfill: false })
      const effects = batches.flatMap((batch, index) => [
        ...machine.handle(received(...batch), environment),
        ...(cuts[index] ? machine.handle(cut, environment) : []),
        ...machine.handle({ type: 'waited' }, environment),
      ])

      const ids = effects.flatMap((effect) =>
        effect.type === 'deliver' && effect.signal.type === 'message_created' ? [effect.signal.data.id] : [],
      )
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})
