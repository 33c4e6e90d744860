import type { ChatSignal, Message } from '@parley/core'

/** One thing that happens on the server. Numbers choose among what there is. */
export type ServerAction =
  | { do: 'say'; by: 'bob' | 'bot'; hasClientId: boolean }
  | { do: 'write'; stream: number }
  | { do: 'finish'; stream: number }
  | { do: 'abort'; stream: number }
  | { do: 'delete'; which: number }
  | { do: 'accept'; times: 1 | 2 }

interface OpenStream {
  streamId: string
  createdAt: string
  text: string
  sequence: number
}

/** What is said at once, in the order of the server's log. Deltas are live only. */
interface LogEntry {
  signals: ChatSignal[]
  isLive: boolean
}

export interface FakeServer {
  readonly log: readonly LogEntry[]
  /** What was sent and has not reached the server. */
  readonly queue: { key: string; text: string }[]
  /** The message that answers each send that the server accepted. */
  readonly accepted: ReadonlyMap<string, Message>
  readonly stored: readonly Message[]
  /** What is told of every open stream to those who join or resume. */
  announcements: () => ChatSignal[]
  perform: (deed: ServerAction) => void
}

export const conversationId = 'c1'
export const userId = 'me'

/** The model of a server with one conversation: a log, what is stored, and what is being written. */
export function createFakeServer(): FakeServer {
  const log: LogEntry[] = []
  const open = new Map<number, OpenStream>()
  const queue: { key: string; text: string }[] = []
  const accepted = new Map<string, Message>()
  let stored: Message[] = []
  let count = 0

  function next(): { id: string; createdAt: string } {
    count++
    // Two in a row have the same time, as is possible on the hosted service.
    const createdAt = new Date(Date.UTC(2026, 0, 1) + (count >> 1)).toISOString()
    return { id: `msg_${String(count).padStart(5, '0')}`, createdAt }
  }

  function tell(signals: ChatSignal[], isLive = false): void {
    log.push({ signals, isLive })
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

  /** Others name their messages too; and a streamId of a user's own means nothing. */
  function say(by: string, hasClientId: boolean): void {
    const [stream] = [...open.values()]
    const metadata = {
      ...(hasClientId && { clientMessageId: `theirs_${count}` }),
      ...(by === 'bob' && stream && { streamId: stream.streamId }),
    }
    tell([created(store(by, `said ${count}`, metadata))])
  }

  function write(number: number): void {
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
    tell([deltaOf(stream, delta)], true)
  }

  function finish(number: number): void {
    const stream = open.get(number)
    if (!stream || !open.delete(number)) return
    const message = store('bot', stream.text, { streamId: stream.streamId })
    const { streamId } = stream
    tell([{ type: 'message_stream_complete', data: { streamId, message } }, created(message)])
  }

  function abort(number: number): void {
    const stream = open.get(number)
    if (!stream || !open.delete(number)) return
    tell([{ type: 'message_stream_abort', data: { streamId: stream.streamId, conversationId } }])
  }

  function remove(which: number): void {
    const message = stored[which % stored.length]
    if (!message) return
    stored = stored.filter((each) => each !== message)
    const { id, userId: by } = message
    tell([{ type: 'message_deleted', data: { id, conversationId, userId: by } }])
  }

  function accept(times: number): void {
    const send = queue.shift()
    if (!send) return
    for (let copy = 0; copy < times; copy++) {
      const message = store(userId, send.text, { clientMessageId: send.key })
      accepted.set(send.key, message)
      tell([created(message)])
    }
  }

  return {
    log,
    queue,
    accepted,
    get stored() {
      return stored
    },
    announcements: (): ChatSignal[] => [...open.values()].map((stream) => deltaOf(stream, stream.text)),
    perform(deed) {
      if (deed.do === 'say') say(deed.by, deed.hasClientId)
      else if (deed.do === 'write') write(deed.stream)
      else if (deed.do === 'finish') finish(deed.stream)
      else if (deed.do === 'abort') abort(deed.stream)
      else if (deed.do === 'delete') remove(deed.which)
      else accept(deed.times)
    },
  }
}

function deltaOf({ streamId, createdAt, sequence }: OpenStream, delta: string): ChatSignal {
  return {
    type: 'message_stream_delta',
    data: { streamId, conversationId, userId: 'bot', createdAt, sequence, delta },
  }
}
