import type { ConnectedUser } from '@parley/core'
import type { Waiting } from '../time/waiting.ts'
import type { Ledger } from './ledger.ts'

/** What all parts of a conversation stand on. */
export interface Context extends Waiting, Ledger {
  me: ConnectedUser
  /** The conversation's. */
  id: string
}
