import type { Change, LogEntry } from '../domain/records.ts'
import type { Followers } from './followers.ts'
import type { Frame } from './frame.ts'
import type { UserListener } from './listener.ts'
import { draftFrame, type OpenStreams } from './open-streams.ts'
import { arrivalBody, departureBody, entryBody, idFrame, removalBody } from './user-frame.ts'

/** Passes what was committed on to the streams of users. */
export interface UserPublisher {
  publish(entry: LogEntry): void
  publishDeletion(deletion: Extract<Change, { type: 'conversation_deleted' }>): void
  /** Ends all streams of a user. */
  endAll(userKey: number): void
}

export function createUserPublisher({
  followers,
  openStreams,
  write,
  end,
}: {
  followers: Followers
  openStreams: OpenStreams
  write: (listener: UserListener, frame: Frame, tail?: Frame) => void
  end: (listener: UserListener) => void
}): UserPublisher {
  const send = (listener: UserListener, body: Frame, sequence: number): void => {
    listener.sequence = sequence
    write(listener, body, idFrame({ userRowId: listener.userKey, sequence, epoch: listener.epoch }))
  }

  /** INV-4: whether the listener is to be given this now. Who has not caught up looks into the log once more. */
  const lacks = (listener: UserListener, sequence: number): boolean => {
    if (sequence <= listener.sequence) return false
    if (!listener.isLive) listener.isBehind = true
    return listener.isLive
  }

  const sendToAll = (listeners: Iterable<UserListener>, body: Frame, sequence: number): void => {
    for (const listener of listeners) if (lacks(listener, sequence)) send(listener, body, sequence)
  }

  const publishOwn = (listeners: Iterable<UserListener>, entry: LogEntry): void => {
    const body = isArrival(entry) ? arrivalBody(entry) : removalBody(entry)
    for (const listener of listeners) {
      if (!lacks(listener, entry.sequence)) continue
      send(listener, body, entry.sequence)
      if (!isArrival(entry)) continue
      for (const stream of openStreams.in(entry.conversationRowId))
        if (stream.sequence >= 0) write(listener, draftFrame(stream))
    }
  }

  return {
    publish: (entry) => {
      const { conversationRowId: conversationKey } = entry
      if (isArrival(entry)) followers.follow(entry.userRowId, conversationKey)
      let body: Frame | undefined
      for (const follower of followers.of(conversationKey)) {
        if (
          follower.userKey === entry.userRowId &&
          (isArrival(entry) || entry.kind === 'participant_removed')
        ) {
          publishOwn(follower.listeners, entry)
        } else {
          body ??= entryBody(entry)
          if (body) sendToAll(follower.listeners, body, entry.sequence)
        }
      }
      // INV-5: nothing follows.
      if (entry.kind === 'participant_removed') followers.unfollow(entry.userRowId, conversationKey)
    },
    publishDeletion: ({ conversationRowId: conversationKey, conversationId, sequence }) => {
      const body = departureBody(conversationId)
      for (const follower of followers.of(conversationKey)) {
        sendToAll(follower.listeners, body, sequence)
        followers.unfollow(follower.userKey, conversationKey)
      }
    },
    endAll: (userKey) => {
      for (const listener of followers.by(userKey)) end(listener)
    },
  }
}

/** Whether an entry lets its user take part in the conversation. */
export function isArrival(entry: LogEntry): boolean {
  return entry.kind === 'conversation_created' || entry.kind === 'participant_added'
}
