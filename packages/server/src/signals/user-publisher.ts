import type { Change, LogEntry } from '../domain/records.ts'
import { draftFrame, type Drafts } from './drafts.ts'
import type { Frame } from './frame.ts'
import type { UserListener } from './listener.ts'
import { joinedBody, conversationRemovedBody, entryBody, idFrame, ownRemovalBody } from './user-frame.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'

/** Passes what was committed on to the streams of users. */
export interface UserPublisher {
  publish(entry: LogEntry): void
  publishDeletion(deletion: Extract<Change, { type: 'conversation_deleted' }>): void
  /** Ends all streams of a user. */
  endAll(userKey: number): void
}

export function createUserPublisher({
  followers,
  drafts,
  write,
  end,
}: {
  followers: UserSubscriptions
  drafts: Drafts
  write: (listener: UserListener, frame: Frame, tail?: Frame) => void
  end: (listener: UserListener) => void
}): UserPublisher {
  const send = (listener: UserListener, body: Frame, sequence: number): void => {
    listener.sequence = sequence
    write(listener, body, idFrame({ userRowId: listener.userKey, sequence, epoch: listener.epoch }))
  }

  /** INV-4: whether the listener is to be given this now. Who has not caught up looks into the log once more. */
  const shouldDeliver = (listener: UserListener, sequence: number): boolean => {
    if (sequence <= listener.sequence) return false
    if (!listener.isCaughtUp) listener.hasNewEntries = true
    return listener.isCaughtUp
  }

  const sendToAll = (listeners: Iterable<UserListener>, body: Frame, sequence: number): void => {
    for (const listener of listeners) if (shouldDeliver(listener, sequence)) send(listener, body, sequence)
  }

  const publishOwn = (listeners: Iterable<UserListener>, entry: LogEntry): void => {
    const body = isJoin(entry) ? joinedBody(entry) : ownRemovalBody(entry)
    for (const listener of listeners) {
      if (!shouldDeliver(listener, entry.sequence)) continue
      send(listener, body, entry.sequence)
      if (!isJoin(entry)) continue
      for (const stream of drafts.in(entry.conversationRowId))
        if (stream.deltaSequence >= 0) write(listener, draftFrame(stream))
    }
  }

  return {
    publish: (entry) => {
      const { conversationRowId: conversationKey } = entry
      if (isJoin(entry)) followers.joinConversation(entry.userRowId, conversationKey)
      let body: Frame | undefined
      for (const follower of followers.subscribersOf(conversationKey)) {
        if (follower.userKey === entry.userRowId && (isJoin(entry) || entry.kind === 'participant_removed')) {
          publishOwn(follower.listeners, entry)
        } else {
          body ??= entryBody(entry)
          if (body) sendToAll(follower.listeners, body, entry.sequence)
        }
      }
      // INV-5: nothing follows.
      if (entry.kind === 'participant_removed') followers.leaveConversation(entry.userRowId, conversationKey)
    },
    publishDeletion: ({ conversationRowId: conversationKey, conversationId, sequence }) => {
      const body = conversationRemovedBody(conversationId)
      for (const follower of followers.subscribersOf(conversationKey)) {
        sendToAll(follower.listeners, body, sequence)
        followers.leaveConversation(follower.userKey, conversationKey)
      }
    },
    endAll: (userKey) => {
      for (const listener of followers.listenersOf(userKey)) end(listener)
    },
  }
}

/** Whether an entry lets its user take part in the conversation. */
export function isJoin(entry: LogEntry): boolean {
  return entry.kind === 'conversation_created' || entry.kind === 'participant_added'
}
