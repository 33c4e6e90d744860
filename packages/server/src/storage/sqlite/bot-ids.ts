import type { DatabaseSync } from 'node:sqlite'
import { createIdTag } from '../../domain/id-tag.ts'
import type { Position } from '../../domain/positions.ts'
import { required } from './rows.ts'

/**
 * The secret parts of a bot's ids: tags for the ids of messages and events, and the epoch for SSE ids. Both are stored
 * in the database, so a copy of the database yields the same ids.
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

/** Caches the id secrets and epochs of all bots, which never change while the server runs. */
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
