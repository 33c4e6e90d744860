import type { BotDefinition } from '../bots/bot-definition.ts'
import type { BotRunner } from '../bots/bot-runner.ts'
import type { BotRecord } from '../domain/records.ts'
import type { UserKeySigner } from './user-key-signer.ts'

/** A bot of this server and what its routes need. */
export interface BotContext {
  readonly webhookId: string
  readonly record: BotRecord
  readonly definition: BotDefinition
  readonly keySigner: UserKeySigner
  /** `shared`: anyone can create a user and gets a key. `personal`: the operator signs the keys of known users. */
  readonly auth: 'shared' | 'personal'
  /** Undefined for a bot without handlers. */
  readonly runner?: BotRunner
}
