import type { Change, LogEntry } from '../domain/records.ts'
import { draftFrame, type Drafts } from './drafts.ts'
import type { Frame } from './frame.ts'
import { conversationRemovedBody, entryBody, idFrame, joinedBody, ownRemovalBody } from './frame.ts'
import type { UserListener } from './listener.ts'
import type { UserSubscriptions } from './user-subscriptions.ts'

/** Sends committed changes to user streams. */
export interface UserPublisher {
  publish(entry: LogEntry): void
  publishDeletion(deletion: Extract<Change, { type: 'conversation_deleted' }>): void
  /** Ends all streams of a user. */
  endAll(userRowId: number): void
}

export function createUserPublisher({
  subscriptions,
  drafts,
  write,
  end,
}: {
  subscriptions: UserSubscriptions
  drafts: Drafts
  write: (listener: UserListener, frame: Frame, tail?: Frame) => void
  end: (listener: UserListener) => void
}): UserPublisher {
  const send = (listener: UserListener, body: Frame, sequence: number): void => {
    listener.sequence = sequence
    write(listener, body, idFrame({ userRowId: listener.userRowId, sequence, epoch: listener.epoch }))
  }

  /** INV-4: skips entries that the listener already has. A listener that is catching up reads them from the log. */
  const shouldDeliver = (listener: UserListener, sequence: number): boolean => {
    if (sequence <= listener.sequence) return false
    if (!listener.isCaughtUp) listener.hasNewEntries = true
    return listener.isCaughtUp
  }

  const sendToAll = (listeners: Iterable<UserListener>, body: Frame, sequence: number): void => {
    for (const listener of listeners) if (shouldDeliver(listener, sequence)) send(listener, body, sequence)
  }

  const publishMembership = (listeners: Iterable<UserListener>, entry: LogEntry): void => {
    const body = isJoin(entry) ? joinedBody(entry) : ownRemovalBody(entry)
    for (const listener of listeners) {
      if (!shouldDeliver(listener, entry.sequence)) continue
      send(listener, body, entry.sequence)
      if (!isJoin(entry)) continue
      for (const draft of drafts.in(entry.conversationRowId))
        if (draft.deltaSequence >= 0) write(listener, draftFrame(draft))
    }
  }

  return {
    publish: (entry) => {
      const { conversationRowId } = entry
      if (isJoin(entry)) subscriptions.joinConversation(entry.userRowId, conversationRowId)
      let body: Frame | undefined
      for (const subscription of subscriptions.subscribersOf(conversationRowId)) {
        if (
          subscription.userRowId === entry.userRowId &&
          (isJoin(entry) || entry.kind === 'participant_removed')
        ) {
          publishMembership(subscription.listeners, entry)
        } else {
          body ??= entryBody(entry)
          if (body) sendToAll(subscription.listeners, body, entry.sequence)
        }
      }
      // INV-5: the user receives no further entries of this conversation.
      if (entry.kind === 'participant_removed')
        subscriptions.leaveConversation(entry.userRowId, conversationRowId)
    },
    publishDeletion: ({ conversationRowId, conversationId, sequence }) => {
      const body = conversationRemovedBody(conversationId)
      for (const subscription of subscriptions.subscribersOf(conversationRowId)) {
        sendToAll(subscription.listeners, body, sequence)
        subscriptions.leaveConversation(subscription.userRowId, conversationRowId)
      }
    },
    endAll: (userRowId) => {
      for (const listener of subscriptions.listenersOf(userRowId)) end(listener)
    },
  }
}

/** Whether an entry makes its user a participant in the conversation. */
export function isJoin(entry: LogEntry): boolean {
  return entry.kind === 'conversation_created' || entry.kind === 'participant_added'
}
