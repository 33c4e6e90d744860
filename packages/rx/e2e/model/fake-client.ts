import type { ChatError, ChatSignal, Message } from '@parley/core'
import { comparePositions, type Position } from '../../src/timeline/position.ts'
import type { TimelineAction } from '../../src/timeline/timeline-action.ts'
import type { Timeline } from '../../src/timeline/timeline.ts'
import { conversationId, type FakeServer } from './fake-server.ts'

/** Something that happens to a listener, or that its user does. */
export type ClientEvent =
  | { type: 'hear'; count: number }
  | { type: 'hear_again'; which: number }
  | { type: 'lose' }
  | { type: 'reconnect' }
  | { type: 'streams_announced' }
  | { type: 'ask'; isOlder: boolean }
  | { type: 'get_page' }
  | { type: 'send' }
  | { type: 'refuse' }
  | { type: 'get_answer'; which: number }

interface ListRequest {
  timeline: Timeline
  isOlder: boolean
  messages: Message[]
  below: Message | undefined
  token: Message | undefined
}

interface FakeClientOptions {
  /** Whether the server replays what was missed. */
  canResume: boolean
  pageSize: number
  state: () => Timeline
  take: (input: TimelineAction) => void
}

export interface FakeClient {
  /** Begins to listen: what was before comes by pages. */
  open: () => void
  handle: (incident: ClientEvent) => void
  /** All is heard that is to be heard, and what may have been lost is looked up. */
  settle: () => void
}

/** The model of what a client is told of a world: with repetitions, losses and delays, as the wire allows. */
export function createFakeClient(
  world: FakeServer,
  { canResume, pageSize, state, take }: FakeClientOptions,
): FakeClient {
  let position = 0
  let waiting: ChatSignal[] = []
  let heard: ChatSignal[] = []
  let asked: ListRequest | undefined
  /** Where the next older page begins; undefined before the first page. */
  let older: { below: Message | undefined; isEnd: boolean } | undefined
  /** Up to here nothing is missing: the newest of what was listed last. */
  let anchor: Position | undefined
  let sends = 0

  function pull(): void {
    for (; position < world.log.length; position++) waiting.push(...(world.log[position]?.signals ?? []))
  }

  function hear(count: number): void {
    pull()
    for (const signal of waiting.splice(0, count)) {
      heard.push(signal)
      take(signal)
    }
  }

  function reconnect(): void {
    const missed = world.log.slice(position).filter(({ isLive }) => !isLive)
    const queued = waiting.filter(({ type }) => type !== 'message_stream_delta')
    position = world.log.length
    heard = []
    waiting = canResume ? [...queued, ...missed.flatMap(({ signals }) => signals)] : []
    waiting.push(...world.announcements())
    take({ type: 'streams_stale' })
    if (!canResume) {
      asked = undefined
      ask(false)
    }
  }

  function ask(isOlder: boolean): void {
    if (asked || (isOlder && (!older || older.isEnd))) return
    const below = isOlder ? older?.below : undefined
    asked = { timeline: state(), isOlder, messages: [], below, token: below }
  }

  /** One page comes; a list of the newest goes on until it covers what was shown when it was asked for. */
  function getPage(): void {
    if (!asked) return
    const { timeline, isOlder, messages, below, token } = asked
    const rest = world.stored.filter((message) => !token || comparePositions(message, token) < 0).toReversed()
    messages.push(...rest.slice(0, pageSize))
    const last = messages.at(-1)
    const isEnd = rest.length <= pageSize
    asked.token = last
    const known = [anchor, timeline.stored[0]]
    if (!isOlder && !isEnd && last && known.some((each) => each && comparePositions(each, last) < 0)) return

    asked = undefined
    if (!isOlder) anchor = messages[0] ?? { id: '', createdAt: '' }
    if (isOlder || !older || !older.below || (last && comparePositions(last, older.below) < 0) || isEnd)
      older = { below: last ?? below, isEnd }
    take({ type: 'page', messages, snapshot: timeline, before: below, isEnd })
  }

  return {
    open() {
      position = world.log.length
      waiting = world.announcements()
      take({ type: 'streams_stale' })
      ask(false)
    },
    handle(incident) {
      if (incident.type === 'hear') hear(incident.count)
      else if (incident.type === 'hear_again') {
        const signal = heard[incident.which % heard.length]
        if (signal) take(signal)
      } else if (incident.type === 'lose') {
        pull()
        if (!canResume && isLosable(waiting[0])) waiting.shift()
      } else if (incident.type === 'reconnect') reconnect()
      else if (incident.type === 'streams_announced') take({ type: 'streams_announced' })
      else if (incident.type === 'ask') ask(incident.isOlder)
      else if (incident.type === 'get_page') getPage()
      else if (incident.type === 'send') {
        const key = `send_${sends++}`
        world.queue.push({ key, text: key })
        take({ type: 'queued', messages: [{ key, payload: { type: 'text', text: key } }] })
      } else if (incident.type === 'refuse') {
        const send = world.queue.shift()
        if (send) take({ type: 'failed', key: send.key, error: refusal })
      } else {
        const answers = [...world.accepted]
        const [key, message] = answers[incident.which % answers.length] ?? []
        if (key && message) take({ type: 'sent', key, message })
      }
    },
    settle() {
      hear(Infinity)
      take({ type: 'streams_announced' })
      while (asked) getPage()
      // A send ends with an answer in the end, for it is asked again; what was deleted meanwhile is noticed after.
      for (const [key, message] of world.accepted) take({ type: 'sent', key, message })
      // The end of a draft may be lost as well, with the message deleted since: the next connection tells.
      if (!canResume) {
        reconnect()
        hear(Infinity)
        take({ type: 'streams_announced' })
      } else if (!older) ask(false)
      while (asked) getPage()
      while (!older?.isEnd) {
        ask(true)
        getPage()
      }
    },
  }
}

/** A lost delta would leave a hole until the message is whole: that is shown by a case of its own. */
function isLosable(signal: ChatSignal | undefined): boolean {
  return signal !== undefined && /created|deleted|complete/.test(signal.type)
}

const refusal = { type: 'InvalidPayload', conversationId } as unknown as ChatError
