import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UserRecord } from '../domain/records.ts'
import { itemSequence, type UserLogItem } from '../domain/user-log.ts'
import { decodeUserPosition } from '../domain/user-position.ts'
import type { Follower } from './followers.ts'
import type { ReadyState } from './frame.ts'
import type { Hub } from './hub.ts'
import { closedStreams, writeDrafts, type ListenContext } from './listen.ts'
import type { Sink, UserListener } from './listener.ts'
import type { OpenStream } from './open-streams.ts'
import { arrivalBody, departureBody, entryBody, idFrame, userReadyFrame } from './user-frame.ts'
import { isArrival } from './user-publisher.ts'

const pageSize = 100

export interface UserListenRequest {
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
export async function listenAsUser(request: UserListenRequest, context: ListenContext): Promise<void> {
  const { user, epoch, sink } = request
  const { hub, pace, reads } = context
  const listener: UserListener = {
    type: 'user',
    userKey: user.rowId,
    epoch,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    sequence: 0,
    isLive: false,
    isBehind: false,
    hasHeard: false,
    heardAt: context.monotonicNow(),
  }
  const follower = hub.joinUser(listener)
  sink.onClosed(() => {
    hub.leaveUser(listener)
  })
  // After joining the hub: conversations that the user joins during the read are not missed.
  await hub.loadFollower(user.rowId, () => pace.step(() => reads.conversationRowIds(user.rowId)))
  const start = await pace.step(() => startOf(request, context))
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
async function startOf(
  { user, epoch, lastEventId }: UserListenRequest,
  { reads, replay, now }: ListenContext,
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
  follower: Follower,
  { hub, reads, pace }: ListenContext,
): Promise<void> {
  const { sink, userKey } = listener
  let closed: ReadonlySet<OpenStream> = new Set()
  /** The newest position at which the user joined or left a conversation. */
  let changedAt = 0
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leaveUser(listener)
      return
    }
    const page = await pace.step(async () => {
      listener.isBehind = false
      const read = await reads.readUserLog(userKey, listener.sequence, pageSize)
      for (const item of read?.items ?? []) if (replay(item, listener)) changedAt = itemSequence(item)
      return read
    })
    if (!page) {
      hub.leaveUser(listener)
      sink.end()
      return
    }
    await pace.drained(sink)
    if (page.items.length > 0) continue
    listener.sequence = page.sequence
    // The followed conversations reflect published entries only.
    while (hub.sequence < changedAt && !sink.isClosed()) await nextTurn()
    closed = await closedStreams(beingWrittenFor(follower, hub), reads)
    isUpToDate = !listener.isBehind
  }
  listener.isLive = true
  // With what was written while it was not live.
  writeDrafts(beingWrittenFor(follower, hub), { closed, sink })
}

/** Everything that is being written in the user's conversations. */
function beingWrittenFor({ conversationKeys }: Follower, { openStreams }: Hub): OpenStream[] {
  const keys = [...openStreams.conversationKeys()].filter((key) => conversationKeys.has(key))
  return keys.flatMap((key) => [...openStreams.in(key)])
}

/** @returns Whether the entry made the user join or leave a conversation. */
function replay(item: UserLogItem, listener: UserListener): boolean {
  const { sink, userKey, epoch } = listener
  const sequence = itemSequence(item)
  const id = idFrame({ userRowId: userKey, sequence, epoch })
  listener.sequence = sequence
  if (item.type === 'departure') {
    sink.write(departureBody(item.conversationId), id)
    return true
  }
  const { entry } = item
  const isOwnArrival = entry.userRowId === userKey && isArrival(entry)
  const body = isOwnArrival ? arrivalBody(entry) : entryBody(entry)
  if (body) sink.write(body, id)
  return isOwnArrival
}
