import type { ChatSignal } from '@parley/core'
import type { ConversationConnection } from '@parley/rx'

/** What passed on the wire, told apart by `kind`. */
export type WireEntry = RequestEntry | SignalEntry | ConnectionEntry

interface EntryBase {
  /** Unique in its log, and rising. */
  readonly key: number
  /** In milliseconds since 1970. */
  readonly at: number
}

/** A request and what became of it: it is put into the log again, under the same key, whenever that changes. */
export interface RequestEntry extends EntryBase {
  readonly kind: 'request'
  readonly method: string
  /** With the query, without the origin. */
  readonly path: string
  /** Counts from 1; more, where the same request went before and failed. */
  readonly attempt: number
  readonly state: RequestState
  /** 0 as long as no answer came. */
  readonly status: number
  /** Until the answer was read to its end; for a stream that goes on, until it opened. */
  readonly durationMs?: number
  readonly isStream: boolean
  readonly requestHeaders: WireHeaders
  readonly requestBody: string
  readonly responseHeaders: WireHeaders
  /** What came, up to a limit; of a stream the latest. */
  readonly responseBody: string
  readonly receivedBytes: number
  /** Why it failed. */
  readonly reason?: string
}

export type RequestState =
  /** No answer yet, or not all of it. */
  | 'waiting'
  | 'streaming'
  /** A stream that seems to go on, and brings nothing. */
  | 'silent'
  | 'done'
  /** Answered with an error. */
  | 'refused'
  /** The network failed. */
  | 'failed'
  /** The inspector ended it. */
  | 'cut'
  /** The page had enough of it. */
  | 'closed'

export type WireHeaders = readonly (readonly [name: string, value: string])[]

/** A signal, as `@parley/rx` tells it. */
export interface SignalEntry extends EntryBase {
  readonly kind: 'signal'
  readonly signal: ChatSignal
  readonly conversationId: string
  /** Since the signal before. */
  readonly gapMs?: number
}

/** A change of the connection, as `@parley/rx` tells it. */
export interface ConnectionEntry extends EntryBase {
  readonly kind: 'connection'
  readonly connection: ConversationConnection
  readonly conversationId: string
  /** Online again, after the connection was lost. */
  readonly isReturn: boolean
}
