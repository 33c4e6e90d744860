import type { Change, LogEntry } from '../domain/records.ts'
import { createBacklogs, negligibleBytes } from './backlogs.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import {
  commentFrame,
  entryFrame,
  ephemeralFrame,
  pingFrame,
  type EphemeralSignal,
  type Frame,
} from './frame.ts'
import type { ConversationListener, Sink, UserListener } from './listener.ts'
import { createRecentEntries, type RecentEntries } from './recent-entries.ts'
import { createSinkBatch } from './sink-batch.ts'
import { createUserPublisher } from './user-publisher.ts'
import { createUserSubscriptions, type UserSubscription } from './user-subscriptions.ts'

/** The listeners of one conversation on this server. */
export interface Channel {
  readonly conversationRowId: number
  readonly listeners: Set<ConversationListener>
  /** The `seq` of the newest published entry. */
  lastSeq: number
}

/** Fans committed changes out to the listeners, in order. */
export interface Hub {
  readonly drafts: Drafts
  publish(changes: readonly Change[]): void
  /** Sends a signal that is not stored to the listeners that have caught up. */
  publishEphemeral(conversationRowId: number, signal: EphemeralSignal): void
  /** The sinks of the listeners of a conversation that have more than 64 KiB of unsent data. */
  slowSinks(conversationRowId: number): Sink[]
  join(listener: ConversationListener): Channel
  leave(listener: ConversationListener): void
  /** Loads the conversations of a user for their streams, if they are not loaded yet. */
  loadSubscription(userRowId: number, read: () => Promise<readonly number[]>): Promise<void>
  readonly recentEntries: Pick<RecentEntries, 'latestSeq'>
  /** The `sequence` of the newest published entry. */
  readonly sequence: number
  /** Sets the current end of the log. Call it once, before the first `publish`. */
  startAt(sequence: number): void
  joinUser(listener: UserListener): UserSubscription
  leaveUser(listener: UserListener): void
  /** Pings idle streams, ends those with an expired key, and enforces the total limit. Call it about once a second. */
  sweep(): void
  /** Ends all streams, and any that join later. */
  close(): void
  readonly listenerCount: number
}

export interface HubOptions {
  /** A listener without writes gets a ping after this time. Clients allow 25 s. */
  readonly pingIntervalMs: number
  /** A listener with more unsent bytes is disconnected. It can resume from the log. */
  readonly maxBufferedBytes: number
  /** The limit for all streams of one user together. */
  readonly maxBufferedBytesPerUser: number
  /** The limit for all listeners. Beyond it, those with the most unsent bytes are disconnected. */
  readonly maxBufferedBytesInTotal: number
  /** Milliseconds since 1970, for the expiry of keys. */
  readonly now: () => number
  /** Monotonic milliseconds, for intervals. */
  readonly monotonicNow: () => number
}

export function createHub(options: HubOptions): Hub {
  const channels = new Map<number, Channel>()
  const subscriptions = createUserSubscriptions()
  const drafts = createDrafts()
  const recentEntries = createRecentEntries(options.monotonicNow)
  const backlogs = createBacklogs(options)
  const batch = createSinkBatch()
  let sequence = 0
  let listenerCount = 0
  let isClosed = false

  const leave = (listener: ConversationListener | UserListener): void => {
    if (listener.type === 'user') {
      if (!subscriptions.remove(listener)) return
      listenerCount--
      backlogs.remove(listener)
      return
    }
    const channel = channels.get(listener.conversationRowId)
    if (!channel?.listeners.delete(listener)) return
    listenerCount--
    backlogs.remove(listener)
    if (channel.listeners.size === 0) channels.delete(listener.conversationRowId)
  }

  const end = (listener: ConversationListener | UserListener): void => {
    leave(listener)
    listener.sink.end()
  }

  const disconnect = (listener: ConversationListener | UserListener): void => {
    leave(listener)
    listener.sink.destroy()
  }

  const write = (listener: ConversationListener | UserListener, frame: Frame, tail?: Frame): void => {
    // Corked frames count as unsent, although the client may read fast enough.
    const isTooSlow =
      backlogs.isTooLarge(listener) && !(batch.release(listener.sink) && !backlogs.isTooLarge(listener))
    if (isTooSlow) {
      disconnect(listener)
      return
    }
    batch.add(listener.sink)
    listener.wroteSinceSweep = true
    listener.sink.write(frame, tail)
  }
  const users = createUserPublisher({ subscriptions, drafts, write, end })

  const publishEntry = (entry: LogEntry): void => {
    if (entry.streamId !== undefined) drafts.close(entry.conversationRowId, entry.streamId)
    if (entry.kind === 'message_created' || entry.kind === 'event_created') recentEntries.add(entry)
    users.publish(entry)
    const channel = channels.get(entry.conversationRowId)
    if (!channel) return
    channel.lastSeq = entry.seq

    const frame = entryFrame(entry)
    for (const listener of channel.listeners) {
      // INV-4: in order, each at most once.
      if (!listener.isCaughtUp || entry.seq <= listener.seq) continue
      listener.seq = entry.seq
      if (frame) write(listener, frame)
      if (isOwnRemoval(entry, listener)) end(listener)
    }
  }

  /** Ends the streams of a deleted user, and all streams of the conversations that they owned. */
  const endStreamsOfUser = (userRowId: number): void => {
    drafts.closeOwnedBy(userRowId)
    users.endAll(userRowId)
    for (const { listeners } of channels.values())
      for (const listener of listeners)
        if (listener.userRowId === userRowId || listener.ownerRowId === userRowId) end(listener)
  }

  const listenerSets = function* (
    conversationRowId: number,
  ): Generator<Iterable<ConversationListener | UserListener>> {
    const channel = channels.get(conversationRowId)
    if (channel) yield channel.listeners
    for (const subscription of subscriptions.subscribersOf(conversationRowId)) yield subscription.listeners
  }
  const allListeners = function* (): Generator<ConversationListener | UserListener> {
    for (const { listeners } of channels.values()) yield* listeners
    yield* subscriptions.allListeners()
  }

  const sweepListener = (
    listener: ConversationListener | UserListener,
    { now, wallNow }: { now: number; wallNow: number },
  ): void => {
    if (listener.expiresAt <= wallNow) end(listener)
    else if (listener.wroteSinceSweep) {
      listener.wroteSinceSweep = false
      listener.lastWriteAt = now
    } else if (now - listener.lastWriteAt >= options.pingIntervalMs) {
      listener.lastWriteAt = now
      write(listener, pingFrame)
      listener.wroteSinceSweep = false
    } else if (listener.needsComments) {
      write(listener, commentFrame)
      listener.wroteSinceSweep = false
    }
  }

  const publishAll = (changes: readonly Change[]): void => {
    for (const change of changes) {
      switch (change.type) {
        case 'appended':
          publishEntry(change.entry)
          sequence = change.entry.sequence
          break
        case 'conversation_deleted':
          drafts.closeAll(change.conversationRowId)
          for (const listener of channels.get(change.conversationRowId)?.listeners ?? []) end(listener)
          users.publishDeletion(change)
          sequence = change.sequence
          break
        case 'user_deleted':
          endStreamsOfUser(change.userRowId)
      }
    }
  }

  return {
    drafts,
    loadSubscription: (userRowId, read) => subscriptions.load(userRowId, read),
    recentEntries,
    get sequence() {
      return sequence
    },
    startAt: (latest) => {
      sequence = latest
    },
    get listenerCount() {
      return listenerCount
    },
    publish: (changes) => {
      if (changes.length === 1) publishAll(changes)
      else
        batch.run(() => {
          publishAll(changes)
        })
    },
    publishEphemeral: (conversationRowId, signal) => {
      let frame: Frame | undefined
      for (const listeners of listenerSets(conversationRowId)) {
        for (const listener of listeners)
          if (listener.isCaughtUp) write(listener, (frame ??= ephemeralFrame(signal)))
      }
    },
    slowSinks: (conversationRowId) =>
      [...listenerSets(conversationRowId)].flatMap((listeners) =>
        [...listeners].map(({ sink }) => sink).filter((sink) => sink.bufferedBytes() > negligibleBytes),
      ),
    join: (listener) => {
      const { conversationRowId } = listener
      const channel = channels.get(conversationRowId) ?? {
        conversationRowId,
        listeners: new Set(),
        lastSeq: 0,
      }
      channels.set(conversationRowId, channel)
      channel.listeners.add(listener)
      backlogs.add(listener)
      listenerCount++
      if (isClosed) end(listener)
      return channel
    },
    leave,
    joinUser: (listener) => {
      const subscription = subscriptions.add(listener)
      backlogs.add(listener)
      listenerCount++
      if (isClosed) end(listener)
      return subscription
    },
    leaveUser: leave,
    sweep: () => {
      const times = { now: options.monotonicNow(), wallNow: options.now() }
      for (const listener of allListeners()) sweepListener(listener, times)
      for (const listener of backlogs.excess(allListeners())) disconnect(listener)
    },
    close: () => {
      isClosed = true
      for (const listener of allListeners()) end(listener)
    },
  }
}

/** INV-5: the removal of its own user is the last entry that a listener receives. */
export function isOwnRemoval(entry: LogEntry, listener: ConversationListener): boolean {
  return (
    entry.kind === 'participant_removed' &&
    entry.userRowId === listener.userRowId &&
    entry.seq > listener.authorizedSeq
  )
}
