import type { DatabaseSync } from 'node:sqlite'
import { createIdTag } from '../../domain/id-tag.ts'
import type { EntryPosition } from '../../domain/positions.ts'
import { requireRow } from './record-rows.ts'

/**
 * Each bot's secret for the tags in its message and event ids, and its epoch for SSE ids. Both are stored in the
 * database, so a copy of the database produces the same ids.
 */
export const botIdColumns: string = `
  ALTER TABLE bots ADD COLUMN id_secret BLOB;
  ALTER TABLE bots ADD COLUMN epoch TEXT;
  UPDATE bots SET id_secret = randomblob(16), epoch = lower(hex(randomblob(4)));
`

interface BotIdParts {
  readonly epoch: string
  readonly idTag: (position: EntryPosition) => string
}

/** Caches the id secrets and epochs of all bots, which never change while the server runs. */
export type BotIds = (botRowId: number) => BotIdParts

export function createBotIds(database: DatabaseSync): BotIds {
  const select = database.prepare('SELECT id_secret, epoch FROM bots WHERE key = ?')
  const cache = new Map<number, BotIdParts>()
  return (botRowId) => {
    const cached = cache.get(botRowId)
    if (cached) return cached
    const row = requireRow(select.get(botRowId))
    const ids = { epoch: String(row['epoch']), idTag: createIdTag(row['id_secret'] as Uint8Array) }
    cache.set(botRowId, ids)
    return ids
  }
}
