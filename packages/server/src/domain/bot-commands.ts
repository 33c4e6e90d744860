import type { BotRecord } from './records.ts'
import type { Transaction } from './transaction.ts'

export function registerBot(
  tx: Transaction,
  input: { webhookId: string; userId: string; fieldsJson: string },
): BotRecord {
  return tx.registerBot(input)
}
