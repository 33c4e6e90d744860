import type { ChatError, ChatSignal, Message } from '@parley/core'
import { compare, type Position } from '../../src/timeline/position.ts'
import type { TimelineInput } from '../../src/timeline/timeline-input.ts'
import type { Timeline } from '../../src/timeline/timeline.ts'
import { conversationId, type World } from './world.ts'

/** Something that happens to a listener, or that its user does. */
export type Incident =
  | { type: 'hear'; count: number }
  | { type: 'hear_again'; which: number }
  | { type: 'lose' }
  | { type: 'reconnect' }
  | { type: 'announced' }
  | { type: 'ask'; isOlder: boolean }
  | { type: 'get_page' }
  | { type: 'send' }
  | { type: 'refuse' }
  | { type: 'get_answer'; which: number }

interface Asked {
  timeline: Timeline
  isOlder: boolean
  messages: Message[]
  below: Message | undefined
  token: Message | undefined
}

interface ListenerOptions {
  /** Whether the server replays what was missed. */
  canResume: boolean
  pageSize: number
  state: () => Timeline
  take: (input: TimelineInput) => void
}

export interface Listener {
  /** Begins to listen: what was before comes by pages. */
  open: () => void
  happen: (incident: Incident) => void
  /** All is heard that is to be heard, and what may have been lost is looked up. */
  settle: () => void
}

/** The model of what a client is told of a world: with repetitions, losses and delays, as the wire allows. */
export function createListener(
  world: World,
  { canResume, pageSize, state, take }: ListenerOptions,
): Listener {
  let position = 0
  let waiting: ChatSignal[] = []
  let heard: ChatSignal[] = []
  let asked: Asked | undefined
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
    take({ type: 'doubt' })
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
    const rest = world.stored.filter((message) => !token || compare(message, token) < 0).toReversed()
    messages.push(...rest.slice(0, pageSize))
    const last = messages.at(-1)
    const isEnd = rest.length <= pageSize
    asked.token = last
    const known = [anchor, timeline.sent[0]]
    if (!isOlder && !isEnd && last && known.some((each) => each && compare(each, last) < 0)) return

    asked = undefined
    if (!isOlder) anchor = messages[0] ?? { id: '', createdAt: '' }
    if (isOlder || !older || !older.below || (last && compare(last, older.below) < 0) || isEnd)
      older = { below: last ?? below, isEnd }
    take({ type: 'page', messages, asked: timeline, below, isEnd })
  }

  return {
    open() {
      position = world.log.length
      waiting = world.announcements()
      take({ type: 'doubt' })
      ask(false)
    },
    happen(incident) {
      if (incident.type === 'hear') hear(incident.count)
      else if (incident.type === 'hear_again') {
        const signal = heard[incident.which % heard.length]
        if (signal) take(signal)
      } else if (incident.type === 'lose') {
        pull()
        if (!canResume && isLosable(waiting[0])) waiting.shift()
      } else if (incident.type === 'reconnect') reconnect()
      else if (incident.type === 'announced') take({ type: 'announced' })
      else if (incident.type === 'ask') ask(incident.isOlder)
      else if (incident.type === 'get_page') getPage()
      else if (incident.type === 'send') {
        const key = `send_${sends++}`
        world.queue.push({ key, text: key })
        take({ type: 'queued', sends: [{ key, payload: { type: 'text', text: key } }] })
      } else if (incident.type === 'refuse') {
        const send = world.queue.shift()
        if (send) take({ type: 'failed', key: send.key, error: refusal })
      } else {
        const answers = [...world.accepted]
        const [key, message] = answers[incident.which % answers.length] ?? []
        if (key && message) take({ type: 'answered', key, message })
      }
    },
    settle() {
      hear(Infinity)
      take({ type: 'announced' })
      while (asked) getPage()
      // A send ends with an answer in the end, for it is asked again; what was deleted meanwhile is noticed after.
      for (const [key, message] of world.accepted) take({ type: 'answered', key, message })
      // The end of a draft may be lost as well, with the message deleted since: the next connection tells.
      if (!canResume) {
        reconnect()
        hear(Infinity)
        take({ type: 'announced' })
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
