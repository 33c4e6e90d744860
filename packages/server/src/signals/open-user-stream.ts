import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UserRecord } from '../domain/records.ts'
import { itemSequence, type UserLogItem } from '../domain/user-log.ts'
import { decodeUserPosition } from '../domain/user-position.ts'
import type { Draft } from './drafts.ts'
import type { ReadyState } from './frame.ts'
import type { Hub } from './hub.ts'
import type { Sink, UserListener } from './listener.ts'
import { findClosedDrafts, writeDrafts, type StreamContext } from './open-conversation-stream.ts'
import { joinedBody, conversationRemovedBody, entryBody, idFrame, userReadyFrame } from './user-frame.ts'
import { isJoin } from './user-publisher.ts'
import type { UserSubscription } from './user-subscriptions.ts'

const pageSize = 100

export interface UserStreamRequest {
  /** Of the bot's log. */
  readonly epoch: string
  readonly user: UserRecord
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  /** Whether the client loses a stream that carries no bytes for a few seconds. */
  readonly needsComments: boolean
  readonly sink: Sink
}

/**
 * Opens a stream of all conversations of a user: says where it starts, brings it up to date from the log, and lets it follow the
 * hub from there.
 *
 * One order, that of acceptance, holds over all conversations, so that one position is enough to resume.
 */
export async function openUserStream(request: UserStreamRequest, context: StreamContext): Promise<void> {
  const { user, epoch, sink } = request
  const { hub, replayThrottle, reads } = context
  const listener: UserListener = {
    type: 'user',
    userKey: user.rowId,
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
  const follower = hub.joinUser(listener)
  sink.onClosed(() => {
    hub.leaveUser(listener)
  })
  // After joining the hub: conversations that the user joins during the read are not missed.
  await hub.loadSubscription(user.rowId, () => replayThrottle.run(() => reads.conversationRowIds(user.rowId)))
  const start = await replayThrottle.run(() => findStart(request, context))
  if (!start) {
    hub.leaveUser(listener)
    sink.end()
    return
  }
  listener.sequence = start.sequence
  sink.write(userReadyFrame(start.state, { userRowId: user.rowId, sequence: start.sequence, epoch }))
  await catchUp(listener, follower, context)
}

/** Undefined once the user is deleted. */
async function findStart(
  { user, epoch, lastEventId }: UserStreamRequest,
  { reads, replay, now }: StreamContext,
): Promise<{ state: ReadyState; sequence: number } | undefined> {
  const newest = await reads.latestUserSequence(user.rowId)
  if (newest === undefined) return undefined
  if (lastEventId === undefined) return { state: 'fresh', sequence: newest }
  const reset = { state: 'reset', sequence: newest } as const
  const position = decodeUserPosition(lastEventId)
  if (position?.epoch !== epoch || position.userRowId !== user.rowId) return reset
  if (position.sequence > newest) return reset

  const missed = await reads.countUserLogAfter(user.rowId, position.sequence, replay.maxCount + 1)
  const isKept = missed.count === 0 || missed.oldestAt >= now() - replay.maxAgeMs
  return missed.count <= replay.maxCount && isKept ? { state: 'resumed', sequence: position.sequence } : reset
}

/** Sends the log from where the listener stands, until nothing is left that was committed meanwhile. */
async function catchUp(
  listener: UserListener,
  follower: UserSubscription,
  { hub, reads, replayThrottle }: StreamContext,
): Promise<void> {
  const { sink, userKey } = listener
  let closed: ReadonlySet<Draft> = new Set()
  /** The newest position at which the user joined or left a conversation. */
  let changedAt = 0
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leaveUser(listener)
      return
    }
    const page = await replayThrottle.run(async () => {
      listener.hasNewEntries = false
      const read = await reads.readUserLog(userKey, listener.sequence, pageSize)
      for (const item of read?.items ?? []) if (replay(item, listener)) changedAt = itemSequence(item)
      return read
    })
    if (!page) {
      hub.leaveUser(listener)
      sink.end()
      return
    }
    await replayThrottle.drained(sink)
    if (page.items.length > 0) continue
    listener.sequence = page.sequence
    // The followed conversations reflect published entries only.
    while (hub.sequence < changedAt && !sink.isClosed()) await nextTurn()
    closed = await findClosedDrafts(findDraftsFor(follower, hub), reads)
    isUpToDate = !listener.hasNewEntries
  }
  listener.isCaughtUp = true
  // With what was written while it was not live.
  writeDrafts(findDraftsFor(follower, hub), { closed, sink })
}

/** Everything that is being written in the user's conversations. */
function findDraftsFor({ conversationKeys }: UserSubscription, { drafts }: Hub): Draft[] {
  const keys = [...drafts.conversationKeys()].filter((key) => conversationKeys.has(key))
  return keys.flatMap((key) => [...drafts.in(key)])
}

/** @returns Whether the entry made the user join or leave a conversation. */
function replay(item: UserLogItem, listener: UserListener): boolean {
  const { sink, userKey, epoch } = listener
  const sequence = itemSequence(item)
  const id = idFrame({ userRowId: userKey, sequence, epoch })
  listener.sequence = sequence
  if (item.type === 'departure') {
    sink.write(conversationRemovedBody(item.conversationId), id)
    return true
  }
  const { entry } = item
  const isOwnArrival = entry.userRowId === userKey && isJoin(entry)
  const body = isOwnArrival ? joinedBody(entry) : entryBody(entry)
  if (body) sink.write(body, id)
  return isOwnArrival
}
