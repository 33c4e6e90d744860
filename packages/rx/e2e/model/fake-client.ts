import type { ChatError, ChatSignal, Message } from '@parley/core'
import { comparePositions, type Position } from '../../src/timeline/chunks.ts'
import type { TimelineAction, Timeline } from '../../src/timeline/timeline.ts'
import { conversationId, type FakeServer } from './fake-server.ts'

/** An event of a client: of its connection, its requests, or its user. */
export type ClientEvent =
  | { type: 'receive'; count: number }
  | { type: 'receive_again'; which: number }
  | { type: 'lose_signal' }
  | { type: 'reconnect' }
  /** After a reconnect, the server has sent the text so far of all open streams. */
  | { type: 'streams_announced' }
  | { type: 'request_page'; isOlder: boolean }
  | { type: 'receive_page' }
  | { type: 'send' }
  | { type: 'send_rejected' }
  | { type: 'receive_response'; which: number }

interface ListRequest {
  snapshot: Timeline
  isOlder: boolean
  messages: Message[]
  before: Message | undefined
  token: Message | undefined
}

interface FakeClientOptions {
  /** Whether the server replays missed signals. */
  canResume: boolean
  pageSize: number
  getTimeline: () => Timeline
  dispatch: (action: TimelineAction) => void
}

export interface FakeClient {
  /** Connects. Earlier messages arrive as pages. */
  open: () => void
  handle: (event: ClientEvent) => void
  /** Delivers all remaining signals and responses, and lists everything that may have been lost. */
  settle: () => void
}

/** A model of the input of a timeline, with the repetitions, losses and delays that the wire allows. */
export function createFakeClient(
  server: FakeServer,
  { canResume, pageSize, getTimeline, dispatch }: FakeClientOptions,
): FakeClient {
  let position = 0
  let inFlight: ChatSignal[] = []
  let received: ChatSignal[] = []
  let request: ListRequest | undefined
  /** The start of the next older page; undefined before the first page. */
  let older: { before: Message | undefined; isEnd: boolean } | undefined
  /** The newest message of the last listing, below which nothing is missing. */
  let syncedTo: Position | undefined
  let sendCount = 0

  function pull(): void {
    for (; position < server.log.length; position++) inFlight.push(...(server.log[position]?.signals ?? []))
  }

  function receive(count: number): void {
    pull()
    for (const signal of inFlight.splice(0, count)) {
      received.push(signal)
      dispatch(signal)
    }
  }

  function reconnect(): void {
    const missed = server.log.slice(position).filter(({ isEphemeral }) => !isEphemeral)
    const replayed = inFlight.filter(({ type }) => type !== 'message_stream_delta')
    position = server.log.length
    received = []
    inFlight = canResume ? [...replayed, ...missed.flatMap(({ signals }) => signals)] : []
    inFlight.push(...server.openStreamDeltas())
    dispatch({ type: 'streams_stale' })
    if (!canResume) {
      request = undefined
      requestPage(false)
    }
  }

  function requestPage(isOlder: boolean): void {
    if (request || (isOlder && (!older || older.isEnd))) return
    const before = isOlder ? older?.before : undefined
    request = { snapshot: getTimeline(), isOlder, messages: [], before, token: before }
  }

  /** Receives one page. A listing of the newest messages continues until it covers the snapshot. */
  function receivePage(): void {
    if (!request) return
    const { snapshot, isOlder, messages, before, token } = request
    const rest = server.stored
      .filter((message) => !token || comparePositions(message, token) < 0)
      .toReversed()
    messages.push(...rest.slice(0, pageSize))
    const last = messages.at(-1)
    const isEnd = rest.length <= pageSize
    request.token = last
    const covered = [syncedTo, snapshot.stored[0]]
    if (!isOlder && !isEnd && last && covered.some((target) => target && comparePositions(target, last) < 0))
      return

    request = undefined
    if (!isOlder) syncedTo = messages[0] ?? { id: '', createdAt: '' }
    if (isOlder || !older || !older.before || (last && comparePositions(last, older.before) < 0) || isEnd)
      older = { before: last ?? before, isEnd }
    dispatch({ type: 'page', messages, snapshot, before, isEnd })
  }

  return {
    open() {
      position = server.log.length
      inFlight = server.openStreamDeltas()
      dispatch({ type: 'streams_stale' })
      requestPage(false)
    },
    handle(event) {
      if (event.type === 'receive') receive(event.count)
      else if (event.type === 'receive_again') {
        const signal = received[event.which % received.length]
        if (signal) dispatch(signal)
      } else if (event.type === 'lose_signal') {
        pull()
        if (!canResume && canBeLost(inFlight[0])) inFlight.shift()
      } else if (event.type === 'reconnect') reconnect()
      else if (event.type === 'streams_announced') dispatch({ type: 'streams_announced' })
      else if (event.type === 'request_page') requestPage(event.isOlder)
      else if (event.type === 'receive_page') receivePage()
      else if (event.type === 'send') {
        const key = `send_${sendCount++}`
        server.queue.push({ key, text: key })
        dispatch({ type: 'queued', messages: [{ key, payload: { type: 'text', text: key } }] })
      } else if (event.type === 'send_rejected') {
        const send = server.queue.shift()
        if (send) dispatch({ type: 'failed', key: send.key, error: rejection })
      } else {
        const responses = [...server.accepted]
        const [key, message] = responses[event.which % responses.length] ?? []
        if (key && message) dispatch({ type: 'sent', key, message })
      }
    },
    settle() {
      receive(Infinity)
      dispatch({ type: 'streams_announced' })
      while (request) receivePage()
      // Each send is retried until a response arrives. Deletions in the meantime are noticed below.
      for (const [key, message] of server.accepted) dispatch({ type: 'sent', key, message })
      // The end of a stream may be lost, and its message deleted since: the next connection tells.
      if (!canResume) {
        reconnect()
        receive(Infinity)
        dispatch({ type: 'streams_announced' })
      } else if (!older) requestPage(false)
      while (request) receivePage()
      while (!older?.isEnd) {
        requestPage(true)
        receivePage()
      }
    },
  }
}

/** A lost delta leaves the text incomplete until the message is stored; other tests cover that. */
function canBeLost(signal: ChatSignal | undefined): boolean {
  return signal !== undefined && /created|deleted|complete/.test(signal.type)
}

const rejection = { type: 'InvalidPayload', conversationId } as unknown as ChatError
