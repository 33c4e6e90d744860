import { deltaJson } from '../wire/render.ts'
import { ephemeralFrame, type Frame } from './frame.ts'

/** A streaming message of a bot, with its text so far. */
export interface Draft {
  readonly streamId: string
  readonly conversationRowId: number
  readonly conversationId: string
  /** The owner of the conversation. Deleting the owner deletes it. */
  readonly ownerRowId: number
  readonly userId: string
  readonly createdAt: number
  /** The entry that completes or aborts it has a higher `seq` than this. */
  readonly afterSeq: number
  text: string
  /** The index of the last delta, from 0; -1 before the first. On the wire: `sequence`. */
  deltaSequence: number
}

/** The drafts on this server, for listeners that join while a message streams. */
export interface Drafts {
  open(draft: Draft): void
  close(conversationRowId: number, streamId: string): void
  closeAll(conversationRowId: number): void
  /** Closes the drafts in all conversations of an owner. */
  closeOwnedBy(userRowId: number): void
  /** Returns false if the draft is closed, or its conversation was deleted. */
  has(draft: Draft): boolean
  in(conversationRowId: number): Iterable<Draft>
  /** The conversations with at least one draft. */
  conversationRowIds(): Iterable<number>
}

export function createDrafts(): Drafts {
  const conversations = new Map<number, Map<string, Draft>>()
  return {
    open: (draft) => {
      const drafts = conversations.get(draft.conversationRowId) ?? new Map<string, Draft>()
      conversations.set(draft.conversationRowId, drafts.set(draft.streamId, draft))
    },
    close: (conversationRowId, streamId) => {
      const drafts = conversations.get(conversationRowId)
      if (drafts?.delete(streamId) && drafts.size === 0) conversations.delete(conversationRowId)
    },
    closeAll: (conversationRowId) => {
      conversations.delete(conversationRowId)
    },
    closeOwnedBy: (userRowId) => {
      for (const [conversationRowId, drafts] of conversations) {
        const [first] = drafts.values()
        if (first?.ownerRowId === userRowId) conversations.delete(conversationRowId)
      }
    },
    has: ({ conversationRowId, streamId }) => conversations.get(conversationRowId)?.has(streamId) ?? false,
    in: (conversationRowId) => conversations.get(conversationRowId)?.values() ?? [],
    conversationRowIds: () => conversations.keys(),
  }
}

const encodedDrafts = new WeakMap<Draft, { sequence: number; frame: Frame }>()

/** The text so far, as a single delta. Encoded once for all listeners that join before the next delta. */
export function draftFrame(draft: Draft): Frame {
  const cached = encodedDrafts.get(draft)
  if (cached?.sequence === draft.deltaSequence) return cached.frame
  const frame = ephemeralFrame({ event: 'message', json: deltaJson(draft, draft.text) })
  encodedDrafts.set(draft, { sequence: draft.deltaSequence, frame })
  return frame
}
