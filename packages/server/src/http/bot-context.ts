import type { BotDefinition } from '../bots/bot-definition.ts'
import type { BotRecord } from '../domain/records.ts'
import type { UserKeySigner } from './user-key-signer.ts'

/** One bot of this server, as requests under its webhook id find it. */
export interface BotContext {
  readonly webhookId: string
  readonly record: BotRecord
  readonly definition: BotDefinition
  readonly keySigner: UserKeySigner
  /** `shared`: anyone becomes a user, and is given a key. `personal`: the operator signs keys for users they know. */
  readonly auth: 'shared' | 'personal'
}
