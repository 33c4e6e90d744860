import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { decodeConversationPosition } from '../domain/positions.ts'
import type { Queries } from '../domain/queries.ts'
import type { ConversationRecord, UserRecord } from '../domain/records.ts'
import { entryFrame, readyFrame, type ReadyState } from './frame.ts'
import { removes, type Channel, type Hub } from './hub.ts'
import type { Listener, Sink } from './listener.ts'
import { draftFrame, type OpenStream } from './open-streams.ts'
import type { ReplayPace } from './replay-pace.ts'

/** How long a fresh stream waits before its first signal: the official client attaches its handlers just after it opened. */
const holdMs = 25
const pageSize = 100

export interface ReplayLimits {
  /** How long missed signals are kept. */
  readonly maxAgeMs: number
  /** How many missed signals are replayed at most. */
  readonly maxCount: number
}

export interface ListenRequest {
  /** Of the bot's log. */
  readonly epoch: string
  readonly user: UserRecord
  readonly conversation: ConversationRecord
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  /** Whether the client loses a stream that carries no bytes for a few seconds. */
  readonly needsComments: boolean
  readonly sink: Sink
}

export interface ListenContext {
  readonly hub: Hub
  readonly reads: Queries
  readonly replay: ReplayLimits
  readonly pace: ReplayPace
  readonly now: () => number
  readonly monotonicNow: () => number
}

/** Opens a stream: says where it starts, brings it up to date from the log, and lets it follow the hub from there. */
export async function listen(request: ListenRequest, context: ListenContext): Promise<void> {
  const { conversation, epoch, sink } = request
  const { state, number } = await context.pace.step(() => startOf(request, context))
  const listener: Listener = {
    type: 'conversation',
    conversationKey: conversation.rowId,
    ownerKey: conversation.ownerRowId,
    userKey: request.user.rowId,
    epoch,
    authorizedAt: conversation.lastSeq,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    number,
    isLive: false,
    hasHeard: false,
    heardAt: context.monotonicNow(),
  }
  sink.write(readyFrame(state, { conversationRowId: conversation.rowId, seq: number, epoch }))
  const channel = context.hub.join(listener)
  sink.onClosed(() => {
    context.hub.leave(listener)
  })
  if (request.lastEventId === undefined) await hold()
  await catchUp(listener, channel, context)
}

/**
 * Node's timers count from where the turn of the event loop began: when the turn is long, they are over before `holdMs` are. The
 * turn after lets a client in the same process read the headers before anything else is written.
 */
async function hold(): Promise<void> {
  const end = performance.now() + holdMs
  for (let leftMs = holdMs; leftMs > 0; leftMs = end - performance.now()) await delay(leftMs)
  await nextTurn()
}

async function startOf(
  { user, conversation, epoch, lastEventId }: ListenRequest,
  { hub, reads, replay, now }: ListenContext,
): Promise<{ state: ReadyState; number: number }> {
  if (lastEventId === undefined) {
    // The official client sends before it listens: the stream starts with the user's latest message.
    const own = hub.recentEntries.newestOf(conversation.rowId, user.rowId)
    const isStored = own !== undefined && (await isEntryBy(user, { conversation, number: own, reads }))
    return { state: 'fresh', number: isStored ? own - 1 : conversation.lastSeq }
  }
  const reset = { state: 'reset', number: conversation.lastSeq } as const
  const position = decodeConversationPosition(lastEventId)
  const isOurs = position?.epoch === epoch && position.conversationRowId === conversation.rowId
  // The id of a message or event is also a valid position to resume from.
  const number = isOurs ? position.seq : await reads.findSeq(conversation, lastEventId)
  if (number === undefined || number > conversation.lastSeq) return reset

  const missed = await reads.countAfter(conversation.rowId, number, replay.maxCount + 1)
  const isKept = missed.count === 0 || missed.oldestAt >= now() - replay.maxAgeMs
  return missed.count <= replay.maxCount && isKept ? { state: 'resumed', number } : reset
}

/** False once it is deleted. */
async function isEntryBy(
  user: UserRecord,
  { conversation, number, reads }: { conversation: ConversationRecord; number: number; reads: Queries },
): Promise<boolean> {
  const [entry] = await reads.entriesAfter(conversation.rowId, number - 1, 1)
  return entry?.seq === number && entry.userRowId === user.rowId
}

/** Sends the log from where the listener stands, until nothing is left that was published meanwhile. */
async function catchUp(
  listener: Listener,
  channel: Channel,
  { hub, reads, pace }: ListenContext,
): Promise<void> {
  const { conversationKey, sink } = listener
  const end = (): void => {
    hub.leave(listener)
    sink.end()
  }

  let closed: ReadonlySet<OpenStream> = new Set()
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leave(listener)
      return
    }
    const step = await pace.step(() => replayPart(listener, channel, reads))
    if (step === 'removed') {
      end()
      return
    }
    await pace.drained(sink)
    const [conversation, user] = await Promise.all([
      reads.conversationByRowId(conversationKey),
      reads.userByRowId(listener.userKey),
    ])
    if (!conversation || !user) {
      end()
      return
    }
    if (step === 'more') continue
    closed = await closedStreams(hub.openStreams.in(conversationKey), reads)
    isUpToDate = channel.head <= listener.number
  }

  listener.isLive = true
  writeDrafts(hub.openStreams.in(conversationKey), { closed, sink })
}

/**
 * Writes the next part of the log: a small one, or a single large entry. The next part is read after it has been sent.
 */
async function replayPart(
  listener: Listener,
  channel: Channel,
  reads: Queries,
): Promise<'more' | 'end' | 'removed'> {
  const published = channel.head
  const entries = await reads.entriesAfter(listener.conversationKey, listener.number, pageSize)
  for (const entry of entries) {
    listener.number = entry.seq
    const frame = entryFrame(entry)
    if (frame) listener.sink.write(frame)
    if (removes(entry, listener)) return 'removed'
  }
  if (entries.length > 0) return 'more'
  // An entry that was published before the read and is not in the log has been deleted.
  listener.number = Math.max(listener.number, published)
  return 'end'
}

/** What the log has closed already may still stand as open here until it is published: it is not to be shown again. */
export async function closedStreams(
  streams: Iterable<OpenStream>,
  reads: Queries,
): Promise<ReadonlySet<OpenStream>> {
  const closed = new Set<OpenStream>()
  for (const stream of streams) {
    if (await reads.isStreamClosed(stream.conversationKey, stream.after, stream.streamId)) closed.add(stream)
  }
  return closed
}

/** Shows who has come late what is being written now, also what was begun while `closed` was looked up. */
export function writeDrafts(
  streams: Iterable<OpenStream>,
  { closed, sink }: { closed: ReadonlySet<OpenStream>; sink: Sink },
): void {
  for (const stream of streams) {
    if (stream.sequence >= 0 && !closed.has(stream)) sink.write(draftFrame(stream))
  }
}
