import type { Message } from '@parley/core'

/** The outcome of a request to send a message. */
export type SendOutcome =
  | 'response_first'
  | 'echo_first'
  | 'no_echo'
  | 'response_lost'
  | 'request_lost'
  | 'rejected'
  | 'overloaded'
  /** The message is not stored, and no response arrives. */
  | 'no_response'
  /** The message is stored, but neither an echo nor a response arrives. */
  | 'stored_no_response'

export interface FakeHostedServiceOptions {
  pingMs?: number
  /**
   * The capabilities in `/hello`. With `resume`, streams have ids and replay. Default: plain text, like the
   * hosted service.
   */
  capabilities?: string[]
}

export interface FakeHostedService extends AsyncDisposable {
  readonly url: string
  /** The number of open streams. */
  readonly openStreams: number
  /** The number of streams opened so far. */
  readonly streamsOpened: number
  /** All requests so far, such as `POST /messages`. */
  readonly requests: string[]
  messages: (conversationId: string) => readonly Message[]
  /** Sets the outcomes of the next requests to send a message. */
  scriptOutcomes: (...outcomes: SendOutcome[]) => void
  /** Posts a message without a request. */
  postMessage: (
    conversationId: string,
    userId: string,
    text: string,
    metadata?: Record<string, unknown>,
  ) => Message
  /** Deletes a message. `isSignaled: false`: the signal is lost, on a stream that looks healthy. */
  deleteMessage: (conversationId: string, id: string, isSignaled?: boolean) => void
  /** Adds a participant, and signals it. */
  addParticipant: (conversationId: string, userId: string) => void
  /** Removes a participant, and signals it. */
  removeParticipant: (conversationId: string, userId: string) => void
  /** Removes a conversation, and signals it on the users' streams. */
  removeConversation: (conversationId: string) => void
  /** Sends a signal to all streams of a conversation. */
  broadcast: (conversationId: string, signal: { type: string; data: unknown }) => void
  /** Loses the next signals, on streams that look healthy. */
  dropSignals: (count: number) => void
  /** Closes all streams. */
  disconnectAll: () => void
  /** Stops all output of the open streams, including pings. */
  stallStreams: () => void
  /** While true, connections are closed without a response. */
  isDown: boolean
}
