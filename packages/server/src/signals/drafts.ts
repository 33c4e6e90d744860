import { timeJson } from '../wire/render.ts'
import { ephemeralFrame, type Frame } from './frame.ts'

/** A bot's message while it is being written. */
export interface Draft {
  readonly streamId: string
  readonly conversationKey: number
  readonly conversationId: string
  /** The owner of the conversation. Deleting the owner deletes it. */
  readonly ownerKey: number
  readonly userId: string
  readonly createdAt: number
  /** What closes it has a higher number than this in the conversation's log. */
  readonly afterSeq: number
  text: string
  /** The number of the last delta, from 0; -1 before the first. */
  deltaSequence: number
}

/** The text so far of every message that is being written on this server, for listeners that come late. */
export interface Drafts {
  open(stream: Draft): void
  close(conversationKey: number, streamId: string): void
  closeAll(conversationKey: number): void
  /** Closes the streams in all conversations of an owner. */
  closeOwnedBy(userKey: number): void
  /** False once it is closed, or its conversation was deleted. */
  has(stream: Draft): boolean
  in(conversationKey: number): Iterable<Draft>
  /** The conversations in which something is being written. */
  conversationKeys(): Iterable<number>
}

export function createDrafts(): Drafts {
  const conversations = new Map<number, Map<string, Draft>>()
  return {
    open: (stream) => {
      const streams = conversations.get(stream.conversationKey) ?? new Map<string, Draft>()
      conversations.set(stream.conversationKey, streams.set(stream.streamId, stream))
    },
    close: (conversationKey, streamId) => {
      const streams = conversations.get(conversationKey)
      if (streams?.delete(streamId) && streams.size === 0) conversations.delete(conversationKey)
    },
    closeAll: (conversationKey) => {
      conversations.delete(conversationKey)
    },
    closeOwnedBy: (userKey) => {
      for (const [conversationKey, streams] of conversations) {
        const [first] = streams.values()
        if (first?.ownerKey === userKey) conversations.delete(conversationKey)
      }
    },
    has: ({ conversationKey, streamId }) => conversations.get(conversationKey)?.has(streamId) ?? false,
    in: (conversationKey) => conversations.get(conversationKey)?.values() ?? [],
    conversationKeys: () => conversations.keys(),
  }
}

const encodedDrafts = new WeakMap<Draft, { sequence: number; frame: Frame }>()

/** The text so far, for listeners that join during the stream. Encoded once for all that join before the next delta. */
export function draftFrame(stream: Draft): Frame {
  const known = encodedDrafts.get(stream)
  if (known?.sequence === stream.deltaSequence) return known.frame
  const frame = ephemeralFrame({ event: 'message', json: deltaJson(stream, stream.text) })
  encodedDrafts.set(stream, { sequence: stream.deltaSequence, frame })
  return frame
}

export function deltaJson(stream: Draft, delta: string): string {
  const { streamId, conversationId, userId, deltaSequence: sequence } = stream
  const ids = [streamId, conversationId, userId].map((id) => JSON.stringify(id))
  return (
    `{"type":"message_stream_delta","data":{"streamId":${ids[0]},"conversationId":${ids[1]},"userId":${ids[2]},` +
    `"createdAt":${timeJson(stream.createdAt)},"sequence":${sequence},"delta":${JSON.stringify(delta)}}}`
  )
}
