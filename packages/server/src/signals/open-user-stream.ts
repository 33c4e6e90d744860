import { setImmediate as nextIteration } from 'node:timers/promises'
import { itemSequence, type UserLogItem } from '../domain/queries.ts'
import type { UserRecord } from '../domain/records.ts'
import { decodeUserPosition } from '../wire/ids.ts'
import type { Draft } from './drafts.ts'
import type { ReadyState } from './frame.ts'
import { conversationRemovedBody, entryBody, idFrame, joinedBody, userReadyFrame } from './frame.ts'
import { isJoin, type Hub } from './hub.ts'
import type { Sink, UserListener } from './listeners.ts'
import { findClosedDrafts, writeDrafts, type StreamContext } from './open-conversation-stream.ts'
import type { UserSubscription } from './user-subscriptions.ts'

const pageSize = 100

export interface UserStreamRequest {
  /** The epoch of the bot's log. */
  readonly epoch: string
  readonly user: UserRecord
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  /** Whether the client closes streams that carry no bytes for a few seconds. */
  readonly needsComments: boolean
  readonly sink: Sink
}

/**
 * Opens a stream of all conversations of a user: sends `ready`, replays the log, and then receives signals from the
 * hub.
 *
 * Signals are in the order of their `sequence` across all conversations, so one position suffices to resume.
 */
export async function openUserStream(request: UserStreamRequest, context: StreamContext): Promise<void> {
  const { user, epoch, sink } = request
  const { hub, replayThrottle, queries } = context
  const listener: UserListener = {
    type: 'user',
    userRowId: user.rowId,
    epoch,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    sequence: 0,
    isCaughtUp: false,
    hasNewEntries: false,
    wroteSinceSweep: false,
    lastWriteAt: context.monotonicNow(),
  }
  const subscription = hub.joinUser(listener)
  sink.onClosed(() => {
    hub.leave(listener)
  })
  // Joins the hub first, so that conversations that the user joins during the read are included.
  await hub.loadSubscription(user.rowId, () =>
    replayThrottle.run(() => queries.conversationRowIds(user.rowId)),
  )
  const start = await replayThrottle.run(() => findStart(request, context))
  if (!start) {
    hub.leave(listener)
    sink.end()
    return
  }
  listener.sequence = start.sequence
  sink.write(userReadyFrame(start.state, { userRowId: user.rowId, sequence: start.sequence, epoch }))
  await catchUp(listener, subscription, context)
}

/** Returns undefined if the user has been deleted. */
async function findStart(
  { user, epoch, lastEventId }: UserStreamRequest,
  { queries, replay, now }: StreamContext,
): Promise<{ state: ReadyState; sequence: number } | undefined> {
  const latest = await queries.latestUserSequence(user.rowId)
  if (latest === undefined) return undefined
  if (lastEventId === undefined) return { state: 'fresh', sequence: latest }
  const reset = { state: 'reset', sequence: latest } as const
  const position = decodeUserPosition(lastEventId)
  if (position?.epoch !== epoch || position.userRowId !== user.rowId) return reset
  if (position.sequence > latest) return reset

  const missed = await queries.countUserLogAfter(user.rowId, position.sequence, replay.maxCount + 1)
  const isKept = missed.count === 0 || missed.oldestAt >= now() - replay.maxAgeMs
  return missed.count <= replay.maxCount && isKept ? { state: 'resumed', sequence: position.sequence } : reset
}

/** Replays the log after the position of the listener, until it has caught up with all commits. */
async function catchUp(
  listener: UserListener,
  subscription: UserSubscription,
  { hub, queries, replayThrottle }: StreamContext,
): Promise<void> {
  const { sink, userRowId } = listener
  let closed: ReadonlySet<Draft> = new Set()
  /** The `sequence` at which the user last joined or left a conversation. */
  let changedAt = 0
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leave(listener)
      return
    }
    const page = await replayThrottle.run(async () => {
      listener.hasNewEntries = false
      const result = await queries.readUserLog(userRowId, listener.sequence, pageSize)
      for (const item of result?.items ?? []) if (replay(item, listener)) changedAt = itemSequence(item)
      return result
    })
    if (!page) {
      hub.leave(listener)
      sink.end()
      return
    }
    await replayThrottle.drained(sink)
    if (page.items.length > 0) continue
    listener.sequence = page.sequence
    // The conversations of the subscription only reflect published entries.
    while (hub.sequence < changedAt && !sink.isClosed()) await nextIteration()
    closed = await findClosedDrafts(findDraftsFor(subscription, hub), queries)
    isUpToDate = !listener.hasNewEntries
  }
  listener.isCaughtUp = true
  // Includes deltas that were written during the replay.
  writeDrafts(findDraftsFor(subscription, hub), { closed, sink })
}

/** Returns the drafts in the user's conversations. */
function findDraftsFor({ conversationRowIds }: UserSubscription, { drafts }: Hub): Draft[] {
  const rowIds = [...drafts.conversationRowIds()].filter((rowId) => conversationRowIds.has(rowId))
  return rowIds.flatMap((rowId) => [...drafts.in(rowId)])
}

/** @returns Whether the entry made the user join or leave a conversation. */
function replay(item: UserLogItem, listener: UserListener): boolean {
  const { sink, userRowId, epoch } = listener
  const sequence = itemSequence(item)
  const id = idFrame({ userRowId, sequence, epoch })
  listener.sequence = sequence
  if (item.type === 'membership_ended') {
    sink.write(conversationRemovedBody(item.conversationId), id)
    return true
  }
  const { entry } = item
  const isOwnJoin = entry.userRowId === userRowId && isJoin(entry)
  const body = isOwnJoin ? joinedBody(entry) : entryBody(entry)
  if (body) sink.write(body, id)
  return isOwnJoin
}
