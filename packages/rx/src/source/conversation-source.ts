import type { ConnectionStatus, StreamReady, UserSignal } from '@parley/core'
import type { Observable } from 'rxjs'

/** Provides signals: from a conversation's own stream, from the user's stream, or from another tab. */
export interface ConversationSource {
  /** Cold: connects on subscription, and disconnects on unsubscription. Completes after the status `closed`. */
  readonly items$: Observable<SourceItem>
  /** Skips the current backoff delay. If connected, checks the health of the connection. */
  reconnectNow: () => void
}

export type SourceItem =
  | { type: 'status'; status: ConnectionStatus }
  /** A connection is open. The deltas that follow announce the open streams. */
  | { type: 'ready'; ready: StreamReady }
  /** Signals may have been lost although the connection is open: compare with the server. */
  | { type: 'possible_gap' }
  | { type: 'signal'; signal: UserSignal }
