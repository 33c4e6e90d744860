import type { Change, LogEntry } from '../domain/records.ts'
import { createBacklogs } from './backlogs.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import {
  commentFrame,
  entryFrame,
  ephemeralFrame,
  pingFrame,
  type Frame,
  type EphemeralSignal,
} from './frame.ts'
import type { Listener, UserListener } from './listener.ts'
import { createRecentEntries, type RecentEntries } from './recent-entries.ts'
import { createSinkBatch } from './sink-batch.ts'
import { createUserPublisher } from './user-publisher.ts'
import { createUserSubscriptions, type UserSubscription } from './user-subscriptions.ts'

/** Everyone who listens to one conversation on this server. */
export interface Channel {
  readonly conversationKey: number
  readonly listeners: Set<Listener>
  /** The number of the newest entry that was published here. */
  lastSeq: number
}

/** Passes what was committed on to those who listen, in order. */
export interface Hub {
  readonly drafts: Drafts
  publish(effects: readonly Change[]): void
  /** Sends a signal that is not stored to the listeners that are up to date. */
  publishEphemeral(conversationKey: number, signal: EphemeralSignal): void
  join(listener: Listener): Channel
  leave(listener: Listener): void
  /** Loads the conversations that a user's streams follow, if they are not known yet. */
  loadSubscription(userKey: number, read: () => Promise<readonly number[]>): Promise<void>
  readonly recentEntries: Pick<RecentEntries, 'latestSeq'>
  /** The newest published position in the order of acceptance. */
  readonly sequence: number
  /** Sets the current end of the log. Call it once, before anything is published. */
  startAt(sequence: number): void
  joinUser(listener: UserListener): UserSubscription
  leaveUser(listener: UserListener): void
  /** Pings whoever heard nothing lately, and ends the streams whose key has expired. To be called about once a second. */
  sweep(): void
  /** Ends all streams, and whatever joins later. */
  close(): void
  readonly listenerCount: number
}

export interface HubOptions {
  /** Silence after which a listener is pinged. The wire allows 25 s. */
  readonly pingIntervalMs: number
  /** A listener that has this much waiting to be sent is cut off; it resumes from the log. */
  readonly maxBufferedBytes: number
  /** The limit for all streams of one user together. */
  readonly maxBufferedBytesPerUser: number
  /** The limit of unsent bytes for all listeners. Beyond it, those with the most are disconnected. */
  readonly maxBufferedBytesInTotal: number
  /** Milliseconds since 1970, for the expiry of keys. */
  readonly now: () => number
  /** Monotonic milliseconds, for intervals. */
  readonly monotonicNow: () => number
}

export function createHub(options: HubOptions): Hub {
  const channels = new Map<number, Channel>()
  const followers = createUserSubscriptions()
  const drafts = createDrafts()
  const recentEntries = createRecentEntries(options.monotonicNow)
  const backlogs = createBacklogs(options)
  const batch = createSinkBatch()
  let sequence = 0
  let listenerCount = 0
  let isClosed = false

  const leave = (listener: Listener | UserListener): void => {
    if (listener.type === 'user') {
      if (!followers.remove(listener)) return
      listenerCount--
      backlogs.remove(listener)
      return
    }
    const channel = channels.get(listener.conversationKey)
    if (!channel?.listeners.delete(listener)) return
    listenerCount--
    backlogs.remove(listener)
    if (channel.listeners.size === 0) channels.delete(listener.conversationKey)
  }

  const end = (listener: Listener | UserListener): void => {
    leave(listener)
    listener.sink.end()
  }

  const cut = (listener: Listener | UserListener): void => {
    leave(listener)
    listener.sink.destroy()
  }

  const write = (listener: Listener | UserListener, frame: Frame, tail?: Frame): void => {
    // Held frames count as unsent, although the client may read fast enough.
    const isTooSlow =
      backlogs.isTooLarge(listener) && !(batch.release(listener.sink) && !backlogs.isTooLarge(listener))
    if (isTooSlow) {
      cut(listener)
      return
    }
    batch.add(listener.sink)
    listener.wroteSinceSweep = true
    listener.sink.write(frame, tail)
  }
  const users = createUserPublisher({ followers, drafts, write, end })

  const publishEntry = (entry: LogEntry): void => {
    if (entry.streamId !== undefined) drafts.close(entry.conversationRowId, entry.streamId)
    if (entry.kind === 'message_created' || entry.kind === 'event_created') recentEntries.add(entry)
    users.publish(entry)
    const channel = channels.get(entry.conversationRowId)
    if (!channel) return
    channel.lastSeq = entry.seq

    const frame = entryFrame(entry)
    for (const listener of channel.listeners) {
      // INV-4: in order, and each at most once.
      if (!listener.isCaughtUp || entry.seq <= listener.seq) continue
      listener.seq = entry.seq
      if (frame) write(listener, frame)
      if (isOwnRemoval(entry, listener)) end(listener)
    }
  }

  /** Ends the streams of a deleted user, and those of the conversations that they owned. */
  const endAllOf = (userKey: number): void => {
    drafts.closeOwnedBy(userKey)
    users.endAll(userKey)
    for (const { listeners } of channels.values())
      for (const listener of listeners)
        if (listener.userKey === userKey || listener.ownerKey === userKey) end(listener)
  }

  const listenersOf = function* (conversationKey: number): Generator<Iterable<Listener | UserListener>> {
    const channel = channels.get(conversationKey)
    if (channel) yield channel.listeners
    for (const follower of followers.subscribersOf(conversationKey)) yield follower.listeners
  }
  const everyListener = function* (): Generator<Listener | UserListener> {
    for (const { listeners } of channels.values()) yield* listeners
    yield* followers.allListeners()
  }

  const sweepOne = (
    listener: Listener | UserListener,
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

  const publishAll = (effects: readonly Change[]): void => {
    for (const effect of effects) {
      switch (effect.type) {
        case 'appended':
          publishEntry(effect.entry)
          sequence = effect.entry.sequence
          break
        case 'conversation_deleted':
          drafts.closeAll(effect.conversationRowId)
          for (const listener of channels.get(effect.conversationRowId)?.listeners ?? []) end(listener)
          users.publishDeletion(effect)
          sequence = effect.sequence
          break
        case 'user_deleted':
          endAllOf(effect.userRowId)
      }
    }
  }

  return {
    drafts,
    loadSubscription: (userKey, read) => followers.load(userKey, read),
    recentEntries,
    get sequence() {
      return sequence
    },
    startAt: (newest) => {
      sequence = newest
    },
    get listenerCount() {
      return listenerCount
    },
    publish: (effects) => {
      if (effects.length === 1) publishAll(effects)
      else
        batch.run(() => {
          publishAll(effects)
        })
    },
    publishEphemeral: (conversationKey, signal) => {
      let frame: Frame | undefined
      for (const listeners of listenersOf(conversationKey)) {
        for (const listener of listeners)
          if (listener.isCaughtUp) write(listener, (frame ??= ephemeralFrame(signal)))
      }
    },
    join: (listener) => {
      const { conversationKey } = listener
      const channel = channels.get(conversationKey) ?? { conversationKey, listeners: new Set(), lastSeq: 0 }
      channels.set(conversationKey, channel)
      channel.listeners.add(listener)
      backlogs.add(listener)
      listenerCount++
      if (isClosed) end(listener)
      return channel
    },
    leave,
    joinUser: (listener) => {
      const follower = followers.add(listener)
      backlogs.add(listener)
      listenerCount++
      if (isClosed) end(listener)
      return follower
    },
    leaveUser: leave,
    sweep: () => {
      const times = { now: options.monotonicNow(), wallNow: options.now() }
      for (const listener of everyListener()) sweepOne(listener, times)
      for (const listener of backlogs.excess(everyListener())) cut(listener)
    },
    close: () => {
      isClosed = true
      for (const listener of everyListener()) end(listener)
    },
  }
}

/** INV-5: a listener hears of their own removal, and of nothing after it. */
export function isOwnRemoval(entry: LogEntry, listener: Listener): boolean {
  return (
    entry.kind === 'participant_removed' &&
    entry.userRowId === listener.userKey &&
    entry.seq > listener.authorizedSeq
  )
}
