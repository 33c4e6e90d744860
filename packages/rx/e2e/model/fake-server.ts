import type { ChatSignal, Message } from '@parley/core'

/** An action on the server. Numbers select an existing stream or message. */
export type ServerAction =
  | { do: 'post'; by: 'bob' | 'bot'; hasClientId: boolean }
  | { do: 'stream_delta'; stream: number }
  | { do: 'stream_complete'; stream: number }
  | { do: 'stream_abort'; stream: number }
  | { do: 'delete'; which: number }
  | { do: 'accept_send'; times: 1 | 2 }

interface OpenStream {
  streamId: string
  createdAt: string
  text: string
  sequence: number
}

/** The signals of one action, in log order. Deltas are ephemeral: they are not replayed. */
interface LogEntry {
  signals: ChatSignal[]
  isEphemeral: boolean
}

export interface FakeServer {
  readonly log: readonly LogEntry[]
  /** Sends that have not reached the server. */
  readonly queue: { key: string; text: string }[]
  /** The stored message of each accepted send. */
  readonly accepted: ReadonlyMap<string, Message>
  readonly stored: readonly Message[]
  /** The deltas that announce all open streams to a new connection. */
  openStreamDeltas: () => ChatSignal[]
  perform: (action: ServerAction) => void
}

export const conversationId = 'c1'
export const userId = 'me'

/** A model of a server with one conversation: a log, stored messages, and open streams. */
export function createFakeServer(): FakeServer {
  const log: LogEntry[] = []
  const open = new Map<number, OpenStream>()
  const queue: { key: string; text: string }[] = []
  const accepted = new Map<string, Message>()
  let stored: Message[] = []
  let count = 0

  function next(): { id: string; createdAt: string } {
    count++
    // Two consecutive messages have the same time, as on the hosted service.
    const createdAt = new Date(Date.UTC(2026, 0, 1) + (count >> 1)).toISOString()
    return { id: `msg_${String(count).padStart(5, '0')}`, createdAt }
  }

  function append(signals: ChatSignal[], isEphemeral = false): void {
    log.push({ signals, isEphemeral })
  }

  function store(by: string, text: string, metadata?: Record<string, unknown>): Message {
    const message: Message = {
      ...next(),
      conversationId,
      userId: by,
      payload: { type: 'text', text },
      ...(metadata && { metadata }),
    }
    stored = [...stored, message]
    return message
  }

  const created = (message: Message): ChatSignal => ({
    type: 'message_created',
    data: { ...message, isBot: message.userId === 'bot' },
  })

  /** Other users also set client ids, and a `streamId` in their metadata has no meaning. */
  function post(by: string, hasClientId: boolean): void {
    const [stream] = [...open.values()]
    const metadata = {
      ...(hasClientId && { clientMessageId: `theirs_${count}` }),
      ...(by === 'bob' && stream && { streamId: stream.streamId }),
    }
    append([created(store(by, `text ${count}`, metadata))])
  }

  function streamDelta(number: number): void {
    const stream = open.get(number) ?? {
      streamId: `stream_${number}_${count}`,
      createdAt: next().createdAt,
      text: '',
      sequence: -1,
    }
    open.set(number, stream)
    const delta = `${stream.text.length % 7} `
    stream.text += delta
    stream.sequence++
    append([createDelta(stream, delta)], true)
  }

  function streamComplete(number: number): void {
    const stream = open.get(number)
    if (!stream || !open.delete(number)) return
    const message = store('bot', stream.text, { streamId: stream.streamId })
    const { streamId } = stream
    append([{ type: 'message_stream_complete', data: { streamId, message } }, created(message)])
  }

  function streamAbort(number: number): void {
    const stream = open.get(number)
    if (!stream || !open.delete(number)) return
    append([{ type: 'message_stream_abort', data: { streamId: stream.streamId, conversationId } }])
  }

  function remove(which: number): void {
    const message = stored[which % stored.length]
    if (!message) return
    stored = stored.filter((existing) => existing !== message)
    const { id, userId: by } = message
    append([{ type: 'message_deleted', data: { id, conversationId, userId: by } }])
  }

  function acceptSend(times: number): void {
    const send = queue.shift()
    if (!send) return
    for (let duplicate = 0; duplicate < times; duplicate++) {
      const message = store(userId, send.text, { clientMessageId: send.key })
      accepted.set(send.key, message)
      append([created(message)])
    }
  }

  return {
    log,
    queue,
    accepted,
    get stored() {
      return stored
    },
    openStreamDeltas: (): ChatSignal[] =>
      [...open.values()].map((stream) => createDelta(stream, stream.text)),
    perform(action) {
      if (action.do === 'post') post(action.by, action.hasClientId)
      else if (action.do === 'stream_delta') streamDelta(action.stream)
      else if (action.do === 'stream_complete') streamComplete(action.stream)
      else if (action.do === 'stream_abort') streamAbort(action.stream)
      else if (action.do === 'delete') remove(action.which)
      else acceptSend(action.times)
    },
  }
}

function createDelta({ streamId, createdAt, sequence }: OpenStream, delta: string): ChatSignal {
  return {
    type: 'message_stream_delta',
    data: { streamId, conversationId, userId: 'bot', createdAt, sequence, delta },
  }
}
