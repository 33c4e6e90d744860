import type { DatabaseSync } from 'node:sqlite'
import { createIdTag } from '../../domain/id-tag.ts'
import type { Position } from '../../domain/positions.ts'
import { required } from './rows.ts'

/**
 * What the ids of a bot are made with: the secret of the tags that end the ids of its messages and events, and the
 * epoch that ends its SSE ids. Both are part of the data: a copy of the database gives the same ids.
 */
export const botIdColumns: string = `
  ALTER TABLE bots ADD COLUMN id_secret BLOB;
  ALTER TABLE bots ADD COLUMN epoch TEXT;
  UPDATE bots SET id_secret = randomblob(16), epoch = lower(hex(randomblob(4)));
`

interface IdsOfBot {
  readonly epoch: string
  readonly tagOf: (position: Position) => string
}

/** The ids of every bot, each read once: neither the secret nor the epoch of a bot changes while the server runs. */
export type BotIds = (botKey: number) => IdsOfBot

export function createBotIds(database: DatabaseSync): BotIds {
  const select = database.prepare('SELECT id_secret, epoch FROM bots WHERE key = ?')
  const known = new Map<number, IdsOfBot>()
  return (botKey) => {
    const found = known.get(botKey)
    if (found) return found
    const row = required(select.get(botKey))
    const ids = { epoch: String(row['epoch']), tagOf: createIdTag(row['id_secret'] as Uint8Array) }
    known.set(botKey, ids)
    return ids
  }
}
