import type { Reads } from '../domain/reads.ts'
import type { UserRecord } from '../domain/records.ts'
import { sequenceOf, type UserLogItem, type UserStanding } from '../domain/user-log.ts'
import { decodeUserPosition } from '../domain/user-position.ts'
import type { ReadyState } from './frame.ts'
import type { Hub } from './hub.ts'
import { closedStreams, writeDrafts, type ReplayLimits } from './listen.ts'
import type { Sink, UserListener } from './listener.ts'
import type { OpenStream } from './open-streams.ts'
import { arrivalBody, departureBody, entryBody, idFrame, userReadyFrame } from './user-frame.ts'
import { isArrival } from './user-publisher.ts'

const pageSize = 100
/** Replaying waits while more than this is still to be sent. */
const littleBytes = 1024 * 1024

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

interface Context {
  readonly hub: Hub
  readonly reads: Reads
  readonly replay: ReplayLimits
  readonly now: () => number
}

/**
 * Opens a stream of all conversations of a user: says where it starts, brings it up to date from the log, and lets it follow the
 * hub from there.
 *
 * One order, that of acceptance, holds over all conversations, so that one position is enough to resume.
 */
export async function listenAsUser(request: UserListenRequest, context: Context): Promise<void> {
  const { user, epoch, sink } = request
  const { hub, reads } = context
  const standing = await reads.userStanding(user.key)
  if (!standing) {
    sink.end()
    return
  }
  const { state, sequence } = await startOf(request, standing, context)
  const listener: UserListener = {
    userKey: user.key,
    epoch,
    expiresAt: request.expiresAt,
    needsComments: request.needsComments,
    sink,
    conversationKeys: new Set(standing.conversationKeys),
    sequence,
    isLive: false,
    isBehind: false,
    hasHeard: false,
    heardAt: context.now(),
  }
  sink.write(userReadyFrame(state, { userKey: user.key, sequence, epoch }))
  hub.joinUser(listener)
  sink.onClosed(() => {
    hub.leaveUser(listener)
  })
  await catchUp(listener, context)
}

async function startOf(
  { user, epoch, lastEventId }: UserListenRequest,
  standing: UserStanding,
  { reads, replay, now }: Context,
): Promise<{ state: ReadyState; sequence: number }> {
  if (lastEventId === undefined) return { state: 'fresh', sequence: standing.sequence }
  const reset = { state: 'reset', sequence: standing.sequence } as const
  const position = decodeUserPosition(lastEventId)
  if (position?.epoch !== epoch || position.userKey !== user.key) return reset
  if (position.sequence > standing.sequence) return reset

  const missed = await reads.missedByUser(user.key, position.sequence, replay.maxCount + 1)
  const isKept = missed.count === 0 || missed.oldestAt >= now() - replay.maxAgeMs
  return missed.count <= replay.maxCount && isKept ? { state: 'resumed', sequence: position.sequence } : reset
}

/** Sends the log from where the listener stands, until nothing is left that was committed meanwhile. */
async function catchUp(listener: UserListener, { hub, reads }: Context): Promise<void> {
  const { sink, userKey } = listener
  let closed: ReadonlySet<OpenStream> = new Set()
  for (let isUpToDate = false; !isUpToDate;) {
    if (sink.isClosed()) {
      hub.leaveUser(listener)
      return
    }
    listener.isBehind = false
    const page = await reads.userLogAfter(userKey, listener.sequence, pageSize)
    if (!page) {
      hub.leaveUser(listener)
      sink.end()
      return
    }
    for (const item of page.items) {
      if (sink.isClosed()) break
      replay(item, listener, hub)
      if (sink.bufferedBytes() > littleBytes) await sink.drained()
    }
    if (page.items.length > 0) {
      await sink.drained()
      continue
    }
    listener.sequence = page.sequence
    closed = await closedStreams(beingWrittenFor(listener, hub), reads)
    isUpToDate = !listener.isBehind
  }
  listener.isLive = true
  // With what was written while it was not live.
  writeDrafts(beingWrittenFor(listener, hub), { closed, sink })
}

/** Everything that is being written in the user's conversations. */
function beingWrittenFor({ conversationKeys }: UserListener, { openStreams }: Hub): OpenStream[] {
  const keys = [...openStreams.conversationKeys()].filter((key) => conversationKeys.has(key))
  return keys.flatMap((key) => [...openStreams.in(key)])
}

function replay(item: UserLogItem, listener: UserListener, hub: Hub): void {
  const { sink, userKey, epoch } = listener
  const sequence = sequenceOf(item)
  const id = idFrame({ userKey, sequence, epoch })
  listener.sequence = sequence
  if (item.type === 'departure') {
    sink.write(departureBody(item.conversationId), id)
    hub.followers.unfollow(listener, item.conversationKey)
    return
  }
  const { entry } = item
  const isOwnArrival = entry.userKey === userKey && isArrival(entry)
  const body = isOwnArrival ? arrivalBody(entry) : entryBody(entry)
  if (isOwnArrival) hub.followers.follow(listener, entry.conversationKey)
  if (body) sink.write(body, id)
}
