import { timeJson } from '../wire/render.ts'
import { liveFrame, type Frame } from './frame.ts'

/** A bot's message while it is being written. */
export interface OpenStream {
  readonly streamId: string
  readonly conversationKey: number
  readonly conversationId: string
  /** The owner of the conversation. Deleting the owner deletes it. */
  readonly ownerKey: number
  readonly userId: string
  readonly createdAt: number
  /** What closes it has a higher number than this in the conversation's log. */
  readonly after: number
  text: string
  /** The number of the last delta, from 0; -1 before the first. */
  sequence: number
}

/** The text so far of every message that is being written on this server, for listeners that come late. */
export interface OpenStreams {
  open(stream: OpenStream): void
  close(conversationKey: number, streamId: string): void
  closeAll(conversationKey: number): void
  /** Closes the streams in all conversations of an owner. */
  closeOwnedBy(userKey: number): void
  /** False once it is closed, or its conversation was deleted. */
  has(stream: OpenStream): boolean
  in(conversationKey: number): Iterable<OpenStream>
  /** The conversations in which something is being written. */
  conversationKeys(): Iterable<number>
}

export function createOpenStreams(): OpenStreams {
  const conversations = new Map<number, Map<string, OpenStream>>()
  return {
    open: (stream) => {
      const streams = conversations.get(stream.conversationKey) ?? new Map<string, OpenStream>()
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

const drafts = new WeakMap<OpenStream, { sequence: number; frame: Frame }>()

/** The text so far, for listeners that join during the stream. Encoded once for all that join before the next delta. */
export function draftFrame(stream: OpenStream): Frame {
  const known = drafts.get(stream)
  if (known?.sequence === stream.sequence) return known.frame
  const frame = liveFrame({ event: 'message', json: deltaJson(stream, stream.text) })
  drafts.set(stream, { sequence: stream.sequence, frame })
  return frame
}

export function deltaJson(stream: OpenStream, delta: string): string {
  const { streamId, conversationId, userId, sequence } = stream
  const ids = [streamId, conversationId, userId].map((id) => JSON.stringify(id))
  return (
    `{"type":"message_stream_delta","data":{"streamId":${ids[0]},"conversationId":${ids[1]},"userId":${ids[2]},` +
    `"createdAt":${timeJson(stream.createdAt)},"sequence":${sequence},"delta":${JSON.stringify(delta)}}}`
  )
}
