import type { Change, LogEntry } from '../domain/records.ts'
import { createDrafts, draftFrame, type Drafts } from './drafts.ts'
import {
  conversationRemovedBody,
  entryBody,
  entryFrame,
  ephemeralFrame,
  idFrame,
  joinedBody,
  ownRemovalBody,
  type EphemeralSignal,
  type Frame,
} from './frame.ts'
import {
  createListeners,
  isSlow,
  type ConversationListener,
  type Listener,
  type ListenersOptions,
  type Sink,
  type UserListener,
} from './listeners.ts'
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
  joinUser(listener: UserListener): UserSubscription
  leave(listener: Listener): void
  /** Loads the conversations of a user for their streams, if they are not loaded yet. */
  loadSubscription(userRowId: number, read: () => Promise<readonly number[]>): Promise<void>
  /** The `seq` of the newest message or event of a user in a conversation, if it was published in the last second. */
  recentSeq(conversationRowId: number, userRowId: number): number | undefined
  /** The `sequence` of the newest published entry. */
  readonly sequence: number
  /** Sets the current end of the log. Call it once, before the first `publish`. */
  startAt(sequence: number): void
  /** Pings idle streams, ends those with an expired key, and enforces the total limit. Call it about once a second. */
  sweep(): void
  /** Ends all streams, and any that join later. */
  close(): void
  readonly listenerCount: number
}

export function createHub(options: ListenersOptions): Hub {
  const channels = new Map<number, Channel>()
  const subscriptions = createUserSubscriptions()
  const drafts = createDrafts()
  const recentEntries = createRecentEntries(options.monotonicNow)
  let sequence = 0

  const listeners = createListeners(options, (listener) => {
    if (listener.type === 'user') {
      subscriptions.remove(listener)
      return
    }
    const channel = channels.get(listener.conversationRowId)
    channel?.listeners.delete(listener)
    if (channel?.listeners.size === 0) channels.delete(listener.conversationRowId)
  })

  const publishToConversation = (entry: LogEntry): void => {
    const channel = channels.get(entry.conversationRowId)
    if (!channel) return
    channel.lastSeq = entry.seq
    const frame = entryFrame(entry)
    for (const listener of channel.listeners) {
      // INV-4: in order, each at most once.
      if (!listener.isCaughtUp || entry.seq <= listener.seq) continue
      listener.seq = entry.seq
      if (frame) listeners.write(listener, frame)
      if (isOwnRemoval(entry, listener)) listeners.end(listener)
    }
  }

  const publishToUsers = (entry: LogEntry): void => {
    const { conversationRowId, userRowId } = entry
    const isMembership = isJoin(entry) || entry.kind === 'participant_removed'
    if (isJoin(entry)) subscriptions.joinConversation(userRowId, conversationRowId)
    let body: Frame | undefined
    for (const subscription of subscriptions.subscribersOf(conversationRowId)) {
      if (isMembership && subscription.userRowId === userRowId) publishMembership(subscription, entry)
      else if ((body ??= entryBody(entry)))
        for (const listener of subscription.listeners) sendToUser(listener, body, entry.sequence)
    }
    // INV-5: the user receives no further entries of this conversation.
    if (entry.kind === 'participant_removed') subscriptions.leaveConversation(userRowId, conversationRowId)
  }

  /** Tells a user that they joined the conversation, with the drafts in it, or that they were removed. */
  const publishMembership = (subscription: UserSubscription, entry: LogEntry): void => {
    const body = isJoin(entry) ? joinedBody(entry) : ownRemovalBody(entry)
    for (const listener of subscription.listeners) {
      const isSent = sendToUser(listener, body, entry.sequence)
      if (!isSent || !isJoin(entry)) continue
      for (const draft of drafts.in(entry.conversationRowId))
        if (draft.deltaSequence >= 0) listeners.write(listener, draftFrame(draft))
    }
  }

  /** @returns False if the listener already has the entry, or will read it from the log (INV-4). */
  const sendToUser = (listener: UserListener, body: Frame, entrySequence: number): boolean => {
    if (entrySequence <= listener.sequence) return false
    if (!listener.isCaughtUp) {
      listener.hasNewEntries = true
      return false
    }
    listener.sequence = entrySequence
    const { userRowId, epoch } = listener
    listeners.write(listener, body, idFrame({ userRowId, sequence: entrySequence, epoch }))
    return true
  }

  const publishEntry = (entry: LogEntry): void => {
    if (entry.streamId !== undefined) drafts.close(entry.conversationRowId, entry.streamId)
    if (entry.kind === 'message_created' || entry.kind === 'event_created') recentEntries.add(entry)
    publishToUsers(entry)
    publishToConversation(entry)
    sequence = entry.sequence
  }

  const publishDeletion = (deletion: Extract<Change, { type: 'conversation_deleted' }>): void => {
    const { conversationRowId, conversationId } = deletion
    drafts.closeAll(conversationRowId)
    for (const listener of channels.get(conversationRowId)?.listeners ?? []) listeners.end(listener)
    const body = conversationRemovedBody(conversationId)
    for (const subscription of subscriptions.subscribersOf(conversationRowId)) {
      for (const listener of subscription.listeners) sendToUser(listener, body, deletion.sequence)
      subscriptions.leaveConversation(subscription.userRowId, conversationRowId)
    }
    sequence = deletion.sequence
  }

  /** Ends the streams of a deleted user, and all streams of the conversations that they owned. */
  const endStreamsOfUser = (userRowId: number): void => {
    drafts.closeOwnedBy(userRowId)
    for (const listener of listeners.ofUser(userRowId)) listeners.end(listener)
    for (const channel of channels.values())
      for (const listener of channel.listeners) if (listener.ownerRowId === userRowId) listeners.end(listener)
  }

  const publishAll = (changes: readonly Change[]): void => {
    for (const change of changes) {
      if (change.type === 'appended') publishEntry(change.entry)
      else if (change.type === 'conversation_deleted') publishDeletion(change)
      else endStreamsOfUser(change.userRowId)
    }
  }

  const listenerSets = function* (conversationRowId: number): Generator<Iterable<Listener>> {
    const channel = channels.get(conversationRowId)
    if (channel) yield channel.listeners
    for (const subscription of subscriptions.subscribersOf(conversationRowId)) yield subscription.listeners
  }

  return {
    drafts,
    recentSeq: recentEntries.latestSeq,
    get sequence() {
      return sequence
    },
    get listenerCount() {
      return listeners.count
    },
    startAt: (latest) => {
      sequence = latest
    },
    publish: (changes) => {
      if (changes.length === 1) publishAll(changes)
      else
        listeners.batch(() => {
          publishAll(changes)
        })
    },
    publishEphemeral: (conversationRowId, signal) => {
      let frame: Frame | undefined
      for (const set of listenerSets(conversationRowId))
        for (const listener of set)
          if (listener.isCaughtUp) listeners.write(listener, (frame ??= ephemeralFrame(signal)))
    },
    slowSinks: (conversationRowId) =>
      [...listenerSets(conversationRowId)].flatMap((set) => [...set].filter(isSlow).map(({ sink }) => sink)),
    join: (listener) => {
      const { conversationRowId } = listener
      const channel = channels.get(conversationRowId) ?? {
        conversationRowId,
        listeners: new Set(),
        lastSeq: 0,
      }
      channels.set(conversationRowId, channel)
      channel.listeners.add(listener)
      listeners.add(listener)
      return channel
    },
    joinUser: (listener) => {
      const subscription = subscriptions.add(listener)
      listeners.add(listener)
      return subscription
    },
    leave: (listener) => {
      listeners.remove(listener)
    },
    loadSubscription: (userRowId, read) => subscriptions.load(userRowId, read),
    sweep: () => {
      listeners.sweep()
    },
    close: () => {
      listeners.close()
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

/** Whether an entry makes its user a participant in the conversation. */
export function isJoin(entry: LogEntry): boolean {
  return entry.kind === 'conversation_created' || entry.kind === 'participant_added'
}

const recentMs = 1_000

/**
 * The newest message or event of each user in each conversation, for a second after its publication.
 *
 * Uses a monotonic clock instead of the times of entries, which may be in the future after the system clock was ahead.
 */
function createRecentEntries(monotonicNow: () => number) {
  /** Two generations: the older one is dropped once all its entries have expired. */
  let older = new Map<string, { seq: number; at: number }>()
  let newer: typeof older = new Map()
  let newerSince = -Infinity
  const getMapKey = (conversationRowId: number, userRowId: number): string =>
    `${conversationRowId} ${userRowId}`

  return {
    add: ({ conversationRowId, userRowId, seq }: LogEntry): void => {
      const at = monotonicNow()
      if (at - newerSince > recentMs) {
        older = newer
        newer = new Map()
        newerSince = at
      }
      newer.set(getMapKey(conversationRowId, userRowId), { seq, at })
    },
    latestSeq: (conversationRowId: number, userRowId: number): number | undefined => {
      const mapKey = getMapKey(conversationRowId, userRowId)
      const recent = newer.get(mapKey) ?? older.get(mapKey)
      return recent && monotonicNow() - recent.at < recentMs ? recent.seq : undefined
    },
  }
}
