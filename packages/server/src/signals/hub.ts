import type { Effect, Entry } from '../domain/records.ts'
import { createFollowers, type Followers } from './followers.ts'
import { commentFrame, entryFrame, liveFrame, pingFrame, type Frame, type LiveSignal } from './frame.ts'
import type { Listener, UserListener } from './listener.ts'
import { createOpenStreams, type OpenStreams } from './open-streams.ts'
import { createUserPublisher } from './user-publisher.ts'

/** Everyone who listens to one conversation on this server. */
export interface Channel {
  readonly conversationKey: number
  readonly listeners: Set<Listener>
  /** The number of the newest entry that was published here. */
  head: number
}

/** Passes what was committed on to those who listen, in order. */
export interface Hub {
  readonly openStreams: OpenStreams
  publish(effects: readonly Effect[]): void
  /** Sends a signal that is not stored to the listeners that are up to date. */
  broadcast(conversationKey: number, signal: LiveSignal): void
  join(listener: Listener): Channel
  leave(listener: Listener): void
  /** Which streams of users follow which conversation. */
  readonly followers: Pick<Followers, 'follow' | 'unfollow'>
  joinUser(listener: UserListener): void
  leaveUser(listener: UserListener): void
  /** Pings whoever heard nothing lately, and ends the streams whose key has expired. To be called about once a second. */
  sweep(now: number): void
  /** Ends all streams, and whatever joins later. */
  close(): void
  readonly listenerCount: number
}

export interface HubOptions {
  /** Silence after which a listener is pinged. The wire allows 25 s. */
  readonly pingAfterMs: number
  /** A listener that has this much waiting to be sent is cut off; it resumes from the log. */
  readonly maxBufferedBytes: number
}

export function createHub(options: HubOptions): Hub {
  const channels = new Map<number, Channel>()
  const followers = createFollowers()
  const openStreams = createOpenStreams()
  let listenerCount = 0
  let isClosed = false

  const leave = (listener: Listener | UserListener): void => {
    if ('conversationKeys' in listener) {
      if (followers.remove(listener)) listenerCount--
      return
    }
    const channel = channels.get(listener.conversationKey)
    if (!channel?.listeners.delete(listener)) return
    listenerCount--
    if (channel.listeners.size === 0) channels.delete(listener.conversationKey)
  }

  const end = (listener: Listener | UserListener): void => {
    leave(listener)
    listener.sink.end()
  }

  const write = (listener: Listener | UserListener, frame: Frame, tail?: Frame): void => {
    if (listener.sink.bufferedBytes() > options.maxBufferedBytes) {
      leave(listener)
      listener.sink.cut()
      return
    }
    listener.hasHeard = true
    listener.sink.write(frame, tail)
  }
  const users = createUserPublisher({ followers, openStreams, write, end })

  const publishEntry = (entry: Entry): void => {
    if (entry.streamId !== undefined) openStreams.close(entry.conversationKey, entry.streamId)
    users.publish(entry)
    const channel = channels.get(entry.conversationKey)
    if (!channel) return
    channel.head = entry.number

    const frame = entryFrame(entry)
    for (const listener of channel.listeners) {
      // INV-4: in order, and each at most once.
      if (!listener.isLive || entry.number <= listener.number) continue
      listener.number = entry.number
      if (frame) write(listener, frame)
      if (removes(entry, listener)) end(listener)
    }
  }

  /** Ends the streams of a deleted user, and those of the conversations that they owned. */
  const endAllOf = (userKey: number): void => {
    openStreams.closeOwnedBy(userKey)
    users.endAll(userKey)
    for (const { listeners } of channels.values())
      for (const listener of listeners)
        if (listener.userKey === userKey || listener.ownerKey === userKey) end(listener)
  }

  const sweepOne = (listener: Listener | UserListener, now: number): void => {
    if (listener.expiresAt <= now) end(listener)
    else if (listener.hasHeard) {
      listener.hasHeard = false
      listener.heardAt = now
    } else if (now - listener.heardAt >= options.pingAfterMs) {
      listener.heardAt = now
      write(listener, pingFrame)
      listener.hasHeard = false
    } else if (listener.needsComments) {
      write(listener, commentFrame)
      listener.hasHeard = false
    }
  }

  return {
    openStreams,
    followers,
    get listenerCount() {
      return listenerCount
    },
    publish: (effects) => {
      for (const effect of effects) {
        switch (effect.type) {
          case 'appended':
            publishEntry(effect.entry)
            break
          case 'conversation_deleted':
            openStreams.closeAll(effect.conversationKey)
            for (const listener of channels.get(effect.conversationKey)?.listeners ?? []) end(listener)
            users.publishDeletion(effect)
            break
          case 'user_deleted':
            endAllOf(effect.userKey)
        }
      }
    },
    broadcast: (conversationKey, signal) => {
      const channel = channels.get(conversationKey)
      const following = followers.of(conversationKey)
      if (!channel && following.length === 0) return
      const frame = liveFrame(signal)
      for (const listener of channel?.listeners ?? []) if (listener.isLive) write(listener, frame)
      for (const listener of following) if (listener.isLive) write(listener, frame)
    },
    join: (listener) => {
      const { conversationKey } = listener
      const channel = channels.get(conversationKey) ?? { conversationKey, listeners: new Set(), head: 0 }
      channels.set(conversationKey, channel)
      channel.listeners.add(listener)
      listenerCount++
      if (isClosed) end(listener)
      return channel
    },
    leave,
    joinUser: (listener) => {
      followers.add(listener)
      listenerCount++
      if (isClosed) end(listener)
    },
    leaveUser: leave,
    sweep: (now) => {
      for (const { listeners } of channels.values()) {
        for (const listener of listeners) sweepOne(listener, now)
      }
      for (const listener of followers.all()) sweepOne(listener, now)
    },
    close: () => {
      isClosed = true
      for (const { listeners } of channels.values()) for (const listener of listeners) end(listener)
      for (const listener of followers.all()) end(listener)
    },
  }
}

/** INV-5: a listener hears of their own removal, and of nothing after it. */
export function removes(entry: Entry, listener: Listener): boolean {
  return (
    entry.kind === 'participant_removed' &&
    entry.userKey === listener.userKey &&
    entry.number > listener.authorizedAt
  )
}
