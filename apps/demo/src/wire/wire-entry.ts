import type { ChatSignal } from '@parley/core'
import type { ConversationConnection } from '@parley/rx'

/** An entry of the wire log. */
export type WireEntry = RequestEntry | SignalEntry | ConnectionEntry

interface EntryBase {
  /** Unique in its log, and increasing. */
  readonly key: number
  /** Unix time in milliseconds. */
  readonly at: number
}

/** A request and its result. Each change replaces the entry in the log, under the same key. */
export interface RequestEntry extends EntryBase {
  readonly kind: 'request'
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Counts from 1. Increases when the same request failed before. */
  readonly attempt: number
  readonly state: RequestState
  /** 0 until there is a response. */
  readonly status: number
  /** Time until the end of the response, or until an open stream was opened. */
  readonly durationMs?: number
  readonly isStream: boolean
  readonly requestHeaders: WireHeaders
  readonly requestBody: string
  readonly responseHeaders: WireHeaders
  /** The received text, up to a limit. For a stream, its end. */
  readonly responseBody: string
  readonly receivedBytes: number
  /** Why it failed. */
  readonly reason?: string
}

export type RequestState =
  /** No complete response yet. */
  | 'pending'
  | 'streaming'
  /** An open stream that delivers nothing. */
  | 'stalled'
  | 'done'
  /** An error response. */
  | 'rejected'
  /** The network failed. */
  | 'failed'
  /** Dropped by the inspector. */
  | 'dropped'
  /** Canceled by the page. */
  | 'canceled'

export type WireHeaders = readonly (readonly [name: string, value: string])[]

/** A signal that `@parley/rx` delivered. */
export interface SignalEntry extends EntryBase {
  readonly kind: 'signal'
  readonly signal: ChatSignal
  readonly conversationId: string
  /** Time since the previous signal. */
  readonly gapMs?: number
}

/** A change of the connection state of `@parley/rx`. */
export interface ConnectionEntry extends EntryBase {
  readonly kind: 'connection'
  readonly connection: ConversationConnection
  readonly conversationId: string
  /** Whether a lost connection was restored. */
  readonly isReconnection: boolean
}
