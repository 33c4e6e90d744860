import type { Effect, Entry } from '../domain/records.ts'
import type { Followers } from './followers.ts'
import type { Frame } from './frame.ts'
import type { UserListener } from './listener.ts'
import { draftFrame, type OpenStreams } from './open-streams.ts'
import { arrivalBody, departureBody, entryBody, idFrame, removalBody } from './user-frame.ts'

/** Passes what was committed on to the streams of users. */
export interface UserPublisher {
  publish(entry: Entry): void
  publishDeletion(deletion: Extract<Effect, { type: 'conversation_deleted' }>): void
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
    write(listener, body, idFrame({ userKey: listener.userKey, sequence, epoch: listener.epoch }))
  }

  /** INV-4: whether the listener is to be given this now. Who has not caught up looks into the log once more. */
  const lacks = (listener: UserListener, sequence: number): boolean => {
    if (sequence <= listener.sequence) return false
    if (!listener.isLive) listener.isBehind = true
    return listener.isLive
  }

  return {
    publish: (entry) => {
      const { sequence, conversationKey } = entry
      if (isArrival(entry)) {
        for (const listener of followers.by(entry.userKey))
          if (lacks(listener, sequence)) followers.follow(listener, conversationKey)
      }
      const following = followers.of(conversationKey)
      if (following.length === 0) return

      const body = entryBody(entry)
      for (const listener of following) {
        if (!lacks(listener, sequence)) continue
        listener.sequence = sequence
        const isOwn = entry.userKey === listener.userKey
        if (isOwn && isArrival(entry)) {
          send(listener, arrivalBody(entry), sequence)
          for (const stream of openStreams.in(conversationKey))
            if (stream.sequence >= 0) write(listener, draftFrame(stream))
        } else if (isOwn && entry.kind === 'participant_removed') {
          send(listener, removalBody(entry), sequence)
          // INV-5: nothing follows.
          followers.unfollow(listener, conversationKey)
        } else if (body) send(listener, body, sequence)
      }
    },
    publishDeletion: ({ conversationKey, conversationId, sequence }) => {
      for (const listener of followers.of(conversationKey)) {
        if (!lacks(listener, sequence)) continue
        listener.sequence = sequence
        send(listener, departureBody(conversationId), sequence)
        followers.unfollow(listener, conversationKey)
      }
    },
    endAll: (userKey) => {
      for (const listener of followers.by(userKey)) end(listener)
    },
  }
}

/** Whether an entry lets its user take part in the conversation. */
export function isArrival(entry: Entry): boolean {
  return entry.kind === 'conversation_created' || entry.kind === 'participant_added'
}
