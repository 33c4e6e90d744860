import { setImmediate as nextIteration, setTimeout as delay } from 'node:timers/promises'
import type { Queries } from '../domain/queries.ts'
import type { ConversationRecord, UserRecord } from '../domain/records.ts'
import { decodeConversationPosition } from '../wire/ids.ts'
import { draftFrame, type Draft } from './drafts.ts'
import { entryFrame, readyFrame, type ReadyState } from './frame.ts'
import { isOwnRemoval, type Channel, type Hub } from './hub.ts'
import type { ConversationListener, Sink } from './listeners.ts'
import type { ReplayThrottle } from './replay-throttle.ts'

/** Delays the first signal of a fresh stream: the official client attaches its handlers just after the stream opens. */
const initialDelayMs = 25
const pageSize = 100

export interface ReplayLimits {
  /** How old the missed signals of a resumed stream may be. */
  readonly maxAgeMs: number
  /** Maximum number of missed signals that are replayed. */
  readonly maxCount: number
}

export interface ConversationStreamRequest {
  /** The epoch of the bot's log. */
  readonly epoch: string
  readonly user: UserRecord
  readonly conversation: ConversationRecord
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  /** Whether the client closes streams that carry no bytes for a few seconds. */
  readonly needsComments: boolean
  readonly sink: Sink
}

export interface StreamContext {
  readonly hub: Hub
  readonly queries: Queries
  readonly replay: ReplayLimits
  readonly replayThrottle: ReplayThrottle
  readonly now: () => number
  readonly monotonicNow: () => number
}

/** Opens a stream of one conversation: sends `ready`, replays the log, and then receives signals from the hub. */
export async function openConversationStream(
  request: ConversationStreamRequest,
  context: StreamContext,
): Promise<void> {
  const { conversation, epoch, sink } = request
  const { state, seq } = await context.replayThrottle.run(() => findStart(request, context))
  const listener: ConversationListener = {
    type: 'conversation',
    conversationRowId: conversation.rowId,
    ownerRowId: conversation.ownerRowId,
    userRowId: request.user.rowId,
    epoch,
    authorizedSeq: conversation.lastSeq,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    seq,
    isCaughtUp: false,
    wroteSinceSweep: false,
    lastWriteAt: context.monotonicNow(),
  }
  sink.write(readyFrame(state, { conversationRowId: conversation.rowId, seq, epoch }))
  const channel = context.hub.join(listener)
  sink.onClosed(() => {
    context.hub.leave(listener)
  })
  if (request.lastEventId === undefined) await delayFirstSignal()
  await catchUp(listener, channel, context)
}

/**
 * Node's timers count from the start of the current event loop iteration, so they fire early after a long one: repeats
 * until the delay has passed. One further iteration lets a client in the same process read the headers first.
 */
async function delayFirstSignal(): Promise<void> {
  const end = performance.now() + initialDelayMs
  for (let leftMs = initialDelayMs; leftMs > 0; leftMs = end - performance.now()) await delay(leftMs)
  await nextIteration()
}

async function findStart(
  { user, conversation, epoch, lastEventId }: ConversationStreamRequest,
  { hub, queries, replay, now }: StreamContext,
): Promise<{ state: ReadyState; seq: number }> {
  if (lastEventId === undefined) {
    // The official client sends a message before it opens the stream: start with the user's latest entry.
    const latestSeq = hub.recentSeq(conversation.rowId, user.rowId)
    const isStored =
      latestSeq !== undefined && (await isEntryBy(user, { conversation, seq: latestSeq, queries }))
    return { state: 'fresh', seq: isStored ? latestSeq - 1 : conversation.lastSeq }
  }
  const reset = { state: 'reset', seq: conversation.lastSeq } as const
  const position = decodeConversationPosition(lastEventId)
  const isOwnPosition = position?.epoch === epoch && position.conversationRowId === conversation.rowId
  // The id of a message or event is also a valid position to resume from.
  const seq = isOwnPosition ? position.seq : await queries.findSeq(conversation, lastEventId)
  if (seq === undefined || seq > conversation.lastSeq) return reset

  const missed = await queries.countAfter(conversation.rowId, seq, replay.maxCount + 1)
  const isKept = missed.count === 0 || missed.oldestAt >= now() - replay.maxAgeMs
  return missed.count <= replay.maxCount && isKept ? { state: 'resumed', seq } : reset
}

/** Returns false if the entry has been deleted. */
async function isEntryBy(
  user: UserRecord,
  { conversation, seq, queries }: { conversation: ConversationRecord; seq: number; queries: Queries },
): Promise<boolean> {
  const [entry] = await queries.entriesAfter(conversation.rowId, seq - 1, 1)
  return entry?.seq === seq && entry.userRowId === user.rowId
}

/** Replays the log after the position of the listener, until it has caught up with all published entries. */
async function catchUp(
  listener: ConversationListener,
  channel: Channel,
  { hub, queries, replayThrottle }: StreamContext,
): Promise<void> {
  const { conversationRowId, sink } = listener
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
    const step = await replayThrottle.run(() => replayPart(listener, channel, queries))
    if (step === 'removed') {
      end()
      return
    }
    await replayThrottle.drained(sink)
    const [conversation, user] = await Promise.all([
      queries.conversationByRowId(conversationRowId),
      queries.userByRowId(listener.userRowId),
    ])
    if (!conversation || !user) {
      end()
      return
    }
    if (step === 'more') continue
    closed = await findClosedDrafts(hub.drafts.in(conversationRowId), queries)
    isUpToDate = channel.lastSeq <= listener.seq
  }

  listener.isCaughtUp = true
  writeDrafts(hub.drafts.in(conversationRowId), { closed, sink })
}

/** Writes the next part of the log: several small entries, or a single large one. */
async function replayPart(
  listener: ConversationListener,
  channel: Channel,
  queries: Queries,
): Promise<'more' | 'end' | 'removed'> {
  const published = channel.lastSeq
  const entries = await queries.entriesAfter(listener.conversationRowId, listener.seq, pageSize)
  for (const entry of entries) {
    listener.seq = entry.seq
    const frame = entryFrame(entry)
    if (frame) listener.sink.write(frame)
    if (isOwnRemoval(entry, listener)) return 'removed'
  }
  if (entries.length > 0) return 'more'
  // Entries that were published before the read but are not in the log have been deleted.
  listener.seq = Math.max(listener.seq, published)
  return 'end'
}

/** Returns the drafts that the log has already completed or aborted: they stay open until that entry is published. */
export async function findClosedDrafts(
  drafts: Iterable<Draft>,
  queries: Queries,
): Promise<ReadonlySet<Draft>> {
  const closed = new Set<Draft>()
  for (const draft of drafts) {
    if (await queries.isStreamClosed(draft.conversationRowId, draft.afterSeq, draft.streamId))
      closed.add(draft)
  }
  return closed
}

/** Writes the text so far of all open drafts, including those that were opened while `closed` was read. */
export function writeDrafts(
  drafts: Iterable<Draft>,
  { closed, sink }: { closed: ReadonlySet<Draft>; sink: Sink },
): void {
  for (const draft of drafts) {
    if (draft.deltaSequence >= 0 && !closed.has(draft)) sink.write(draftFrame(draft))
  }
}
