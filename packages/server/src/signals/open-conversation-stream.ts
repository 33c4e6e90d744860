import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { decodeConversationPosition } from '../domain/positions.ts'
import type { Queries } from '../domain/queries.ts'
import type { ConversationRecord, UserRecord } from '../domain/records.ts'
import { draftFrame, type Draft } from './drafts.ts'
import { entryFrame, readyFrame, type ReadyState } from './frame.ts'
import { isOwnRemoval, type Channel, type Hub } from './hub.ts'
import type { Listener, Sink } from './listener.ts'
import type { ReplayThrottle } from './replay-throttle.ts'

/** How long a fresh stream waits before its first signal: the official client attaches its handlers just after it opened. */
const initialDelayMs = 25
const pageSize = 100

export interface ReplayLimits {
  /** How long missed signals are kept. */
  readonly maxAgeMs: number
  /** How many missed signals are replayed at most. */
  readonly maxCount: number
}

export interface ConversationStreamRequest {
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

export interface StreamContext {
  readonly hub: Hub
  readonly reads: Queries
  readonly replay: ReplayLimits
  readonly replayThrottle: ReplayThrottle
  readonly now: () => number
  readonly monotonicNow: () => number
}

/** Opens a stream: says where it starts, brings it up to date from the log, and lets it follow the hub from there. */
export async function openConversationStream(
  request: ConversationStreamRequest,
  context: StreamContext,
): Promise<void> {
  const { conversation, epoch, sink } = request
  const { state, number } = await context.replayThrottle.run(() => findStart(request, context))
  const listener: Listener = {
    type: 'conversation',
    conversationKey: conversation.rowId,
    ownerKey: conversation.ownerRowId,
    userKey: request.user.rowId,
    epoch,
    authorizedSeq: conversation.lastSeq,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    seq: number,
    isCaughtUp: false,
    wroteSinceSweep: false,
    lastWriteAt: context.monotonicNow(),
  }
  sink.write(readyFrame(state, { conversationRowId: conversation.rowId, seq: number, epoch }))
  const channel = context.hub.join(listener)
  sink.onClosed(() => {
    context.hub.leave(listener)
  })
  if (request.lastEventId === undefined) await delayFirstSignal()
  await catchUp(listener, channel, context)
}

/**
 * Node's timers count from where the turn of the event loop began: when the turn is long, they are over before `holdMs` are. The
 * turn after lets a client in the same process read the headers before anything else is written.
 */
async function delayFirstSignal(): Promise<void> {
  const end = performance.now() + initialDelayMs
  for (let leftMs = initialDelayMs; leftMs > 0; leftMs = end - performance.now()) await delay(leftMs)
  await nextTurn()
}

async function findStart(
  { user, conversation, epoch, lastEventId }: ConversationStreamRequest,
  { hub, reads, replay, now }: StreamContext,
): Promise<{ state: ReadyState; number: number }> {
  if (lastEventId === undefined) {
    // The official client sends before it listens: the stream starts with the user's latest message.
    const own = hub.recentEntries.latestSeq(conversation.rowId, user.rowId)
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
  { hub, reads, replayThrottle }: StreamContext,
): Promise<void> {
  const { conversationKey, sink } = listener
  const end = (): void => {
    hub.leave(listener)
    sink.end()
  }

  let closed: ReadonlySet<Draft> = new Set()
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leave(listener)
      return
    }
    const step = await replayThrottle.run(() => replayPart(listener, channel, reads))
    if (step === 'removed') {
      end()
      return
    }
    await replayThrottle.drained(sink)
    const [conversation, user] = await Promise.all([
      reads.conversationByRowId(conversationKey),
      reads.userByRowId(listener.userKey),
    ])
    if (!conversation || !user) {
      end()
      return
    }
    if (step === 'more') continue
    closed = await findClosedDrafts(hub.drafts.in(conversationKey), reads)
    isUpToDate = channel.lastSeq <= listener.seq
  }

  listener.isCaughtUp = true
  writeDrafts(hub.drafts.in(conversationKey), { closed, sink })
}

/**
 * Writes the next part of the log: a small one, or a single large entry. The next part is read after it has been sent.
 */
async function replayPart(
  listener: Listener,
  channel: Channel,
  reads: Queries,
): Promise<'more' | 'end' | 'removed'> {
  const published = channel.lastSeq
  const entries = await reads.entriesAfter(listener.conversationKey, listener.seq, pageSize)
  for (const entry of entries) {
    listener.seq = entry.seq
    const frame = entryFrame(entry)
    if (frame) listener.sink.write(frame)
    if (isOwnRemoval(entry, listener)) return 'removed'
  }
  if (entries.length > 0) return 'more'
  // An entry that was published before the read and is not in the log has been deleted.
  listener.seq = Math.max(listener.seq, published)
  return 'end'
}

/** What the log has closed already may still stand as open here until it is published: it is not to be shown again. */
export async function findClosedDrafts(
  streams: Iterable<Draft>,
  reads: Queries,
): Promise<ReadonlySet<Draft>> {
  const closed = new Set<Draft>()
  for (const stream of streams) {
    if (await reads.isStreamClosed(stream.conversationKey, stream.afterSeq, stream.streamId))
      closed.add(stream)
  }
  return closed
}

/** Shows who has come late what is being written now, also what was begun while `closed` was looked up. */
export function writeDrafts(
  streams: Iterable<Draft>,
  { closed, sink }: { closed: ReadonlySet<Draft>; sink: Sink },
): void {
  for (const stream of streams) {
    if (stream.deltaSequence >= 0 && !closed.has(stream)) sink.write(draftFrame(stream))
  }
}
