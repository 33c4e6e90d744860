import type { ConnectionStatus, StreamReady, UserSignal } from '@parley/core'
import type { Observable } from 'rxjs'

/** What brings the signals of one conversation: a stream of its own, its part of the user's, or another tab's. */
export interface ConversationSource {
  /** Cold: it connects when subscribed to, and lets go of the connection when left. It ends after the status `closed`. */
  readonly items$: Observable<SourceItem>
  /** Tries at once what is waited for; where it is connected, looks whether the line lives. */
  wake: () => void
}

export type SourceItem =
  | { type: 'status'; status: ConnectionStatus }
  /** A connection is open; drafts that are still being written are announced after it. */
  | { type: 'ready'; ready: StreamReady }
  /** Signals may have been lost though the connection lives: compare with what the server has. */
  | { type: 'doubt' }
  | { type: 'signal'; signal: UserSignal }
