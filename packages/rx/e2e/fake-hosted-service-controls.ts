import type { Message } from '@parley/core'

/** How the next request to send a message is treated. */
export type SendOutcome =
  | 'answered_first'
  | 'echoed_first'
  | 'not_echoed'
  | 'not_answered'
  | 'not_stored'
  | 'refused'
  | 'overloaded'
  /** Nothing comes of it, and no answer either. */
  | 'stuck'
  /** It is stored and told, and not answered. */
  | 'stuck_stored'

export interface FakeHostedServiceOptions {
  pingMs?: number
  /** Plays another server, which names these; with `resume`, its streams have ids and replay. Default: the greeting is plain text. */
  capabilities?: string[]
}

export interface FakeHostedService extends AsyncDisposable {
  readonly url: string
  /** Open streams. */
  readonly openStreams: number
  /** Streams that were ever opened. */
  readonly streamsOpened: number
  /** Requests so far, as `POST /messages`. */
  readonly requests: string[]
  messages: (conversationId: string) => readonly Message[]
  /** Scripts what becomes of the next messages sent. */
  scriptOutcomes: (...outcomes: SendOutcome[]) => void
  /** Somebody writes, without a request. */
  postMessage: (
    conversationId: string,
    userId: string,
    text: string,
    metadata?: Record<string, unknown>,
  ) => Message
  /** Somebody deletes. `isTold: false`: the signal is lost, on a stream that looks healthy. */
  deleteMessage: (conversationId: string, id: string, isTold?: boolean) => void
  /** Somebody joins. */
  addParticipant: (conversationId: string, userId: string) => void
  /** Somebody leaves. */
  removeParticipant: (conversationId: string, userId: string) => void
  /** Takes a conversation away, and tells the users' streams. */
  removeConversation: (conversationId: string) => void
  /** Sends any signal to all who listen. */
  broadcast: (conversationId: string, signal: { type: string; data: unknown }) => void
  /** The next signals are lost, on streams that look healthy. */
  dropSignals: (count: number) => void
  /** Cuts all streams. */
  disconnectAll: () => void
  /** Streams that are open now say nothing any more, not even pings. */
  stallStreams: () => void
  /** While it is down, connections are refused without an answer. */
  isDown: boolean
}
