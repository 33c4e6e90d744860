import type { DatabaseSync } from 'node:sqlite'
import { createIdTag, type EntryPosition } from '../../wire/ids.ts'
import { requireRow } from './record-rows.ts'

/**
 * The parts of public ids that depend on the bot. They are derived from columns of the database, so a copy of the
 * database produces the same ids.
 */
interface BotIdParts {
  /** For SSE ids. */
  readonly epoch: string
  /** Creates the tag of a message or event id. */
  readonly idTag: (position: EntryPosition) => string
}

/** Caches the id secrets and epochs of all bots, which never change while the server runs. */
export type BotIds = (botRowId: number) => BotIdParts

export function createBotIds(database: DatabaseSync): BotIds {
  const select = database.prepare('SELECT id_secret, epoch FROM bots WHERE row_id = ?')
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
