import type { ChatSignal, Message, Payload } from '@parley/core'

/** A message of the visitor that is not known to be stored yet. */
export interface PendingMessage {
  clientMessageId: string
  payload: Payload
  metadata: Record<string, unknown>
  at: string
  state: 'sending' | 'failed'
  /** Why it failed, for the visitor to read. */
  reason?: string
}

/** A message of the bot while it is being written. */
interface Draft {
  streamId: string
  userId: string
  createdAt: string
  text: string
  /** The number of the last piece in `text`. */
  sequence: number
}

/** One conversation as it is known here: what is stored, what is on its way, and what is being written. */
export interface Thread {
  conversationId: string
  /** The visitor, whose own messages settle pending ones. */
  userId: string
  /** Oldest first, each once. */
  messages: readonly Message[]
  pending: readonly PendingMessage[]
  drafts: readonly Draft[]
  /** Ids that a page still under way may bring back. */
  deletedIds: ReadonlySet<string>
}

export type ThreadAction =
  | { type: 'stored'; messages: readonly Message[] }
  | { type: 'signal'; signal: ChatSignal }
  | { type: 'stream_opened' }
  | { type: 'send'; message: PendingMessage }
  | { type: 'send_failed'; clientMessageId: string; reason: string }
  | { type: 'retry'; clientMessageId: string }
  | { type: 'discard'; clientMessageId: string }

export function emptyThread(conversationId: string, userId: string): Thread {
  return { conversationId, userId, messages: [], pending: [], drafts: [], deletedIds: new Set() }
}

/** What a thread becomes. Pure; whatever comes twice, or late, changes nothing. */
export function reduceThread(thread: Thread, action: ThreadAction): Thread {
  switch (action.type) {
    case 'stored':
      return store(thread, action.messages)
    case 'signal':
      return receive(thread, action.signal)
    case 'stream_opened':
      // A server sends the text so far to whoever joins, so what was kept of it would stand there twice.
      return { ...thread, drafts: [] }
    case 'send':
      return { ...thread, pending: [...thread.pending, action.message] }
    case 'send_failed':
      return changePending(thread, action.clientMessageId, { state: 'failed', reason: action.reason })
    case 'retry':
      return changePending(thread, action.clientMessageId, { state: 'sending' })
    case 'discard':
      return {
        ...thread,
        pending: thread.pending.filter((each) => each.clientMessageId !== action.clientMessageId),
      }
  }
}

function receive(thread: Thread, signal: ChatSignal): Thread {
  switch (signal.type) {
    case 'message_created': {
      const { isBot: _, ...message } = signal.data
      return store(thread, [message])
    }
    case 'message_stream_complete':
      return store(thread, [signal.data.message])
    case 'message_deleted':
      return remove(thread, signal.data.id)
    case 'message_stream_delta':
      return write(thread, signal.data)
    case 'message_stream_abort':
      return { ...thread, drafts: thread.drafts.filter((draft) => draft.streamId !== signal.data.streamId) }
    default:
      return thread
  }
}

function store(thread: Thread, incoming: readonly Message[]): Thread {
  const known = new Set(thread.messages.map((message) => message.id))
  const fresh = incoming.filter(
    (message, index) =>
      !known.has(message.id) &&
      !thread.deletedIds.has(message.id) &&
      message.conversationId === thread.conversationId &&
      incoming.findIndex((other) => other.id === message.id) === index,
  )
  if (fresh.length === 0) return thread

  return {
    ...thread,
    messages: [...thread.messages, ...fresh].toSorted(byTime),
    pending: thread.pending.filter((each) => !fresh.some((message) => settles(message, each, thread.userId))),
    drafts: thread.drafts.filter((draft) => !fresh.some((message) => finishes(message, draft))),
  }
}

function remove(thread: Thread, id: string): Thread {
  return {
    ...thread,
    messages: thread.messages.filter((message) => message.id !== id),
    deletedIds: new Set([...thread.deletedIds, id]),
  }
}

function write(thread: Thread, piece: Omit<Draft, 'text'> & { delta: string }): Thread {
  if (thread.messages.some((message) => finishes(message, piece))) return thread
  const { streamId, userId, createdAt, sequence, delta } = piece
  const draft = thread.drafts.find((each) => each.streamId === streamId)
  if (!draft) {
    return { ...thread, drafts: [...thread.drafts, { streamId, userId, createdAt, sequence, text: delta }] }
  }
  if (sequence <= draft.sequence) return thread

  const longer = { ...draft, sequence, text: draft.text + delta }
  return { ...thread, drafts: thread.drafts.map((each) => (each === draft ? longer : each)) }
}

function changePending(thread: Thread, id: string, change: Pick<PendingMessage, 'state' | 'reason'>): Thread {
  const pending = thread.pending.map((each) => {
    if (each.clientMessageId !== id) return each
    const { reason: _, ...rest } = each
    return { ...rest, ...change }
  })
  return { ...thread, pending }
}

function settles(message: Message, pending: PendingMessage, userId: string): boolean {
  return message.userId === userId && message.metadata?.['clientMessageId'] === pending.clientMessageId
}

// A user may write any `streamId` into their metadata: only the one who streams can finish a stream.
function finishes(message: Message, draft: Pick<Draft, 'streamId' | 'userId'>): boolean {
  return message.userId === draft.userId && message.metadata?.['streamId'] === draft.streamId
}

function byTime(one: Message, other: Message): number {
  return one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0
}
