import type { DatabaseSync } from 'node:sqlite'
import { botIdColumns } from './bot-ids.ts'
import { deletionsTable } from './deletions-table.ts'
import { membershipTombstonesTable } from './membership-tombstones.ts'
import { turnIndex } from './turn-queries.ts'

/**
 * The `key` columns are row ids. They are random and never reused (INV-6).
 *
 * `entries` is the log, ordered by `sequence`; an index finds an entry by conversation and `number`, its `seq`.
 */
const tables = `
  CREATE TABLE bots (
    key INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL UNIQUE,
    user_key INTEGER NOT NULL,
    watermark INTEGER
  );
  CREATE TABLE users (
    key INTEGER PRIMARY KEY,
    bot_key INTEGER NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (bot_key, id)
  );
  CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    bot_key INTEGER NOT NULL,
    id TEXT NOT NULL,
    owner_key INTEGER NOT NULL,
    made INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_at INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    UNIQUE (bot_key, id)
  );
  CREATE TABLE participants (
    conversation_key INTEGER NOT NULL,
    user_key INTEGER NOT NULL,
    made INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    has_left INTEGER NOT NULL,
    PRIMARY KEY (conversation_key, user_key)
  ) WITHOUT ROWID;
  CREATE INDEX participants_by_user ON participants (user_key, made);
  CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    conversation_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    user_key INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    metadata TEXT,
    stream_id TEXT,
    turn INTEGER
  );
  CREATE UNIQUE INDEX entries_by_position ON entries (conversation_key, number);
`

/** Idempotency records: `body` is the fingerprint of a request, `ref` references the resource that it created. */
const idempotencyTable = `
  CREATE TABLE made (
    user_key INTEGER NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_key, key)
  ) WITHOUT ROWID;
  CREATE INDEX made_by_time ON made (at);
`

/**
 * Finds a conversation whose id contains `\\` by the path that clients send for it. Such ids are rare, so the index
 * costs almost nothing. It may exist already, as tests downgrade files.
 */
const conversationPaths = `
  CREATE INDEX IF NOT EXISTS conversations_by_path ON conversations (bot_key, replace(id, '\\', '/'))
    WHERE instr(id, '\\') > 0;
`

/** Null for users created by older versions: their user keys contain only an id. */
const keyNonces = 'ALTER TABLE users ADD COLUMN key_nonce TEXT;'

const maxMappedBytes = 64 * 1024 ** 3
/** For read-only connections: maps the file, so that reads do not copy pages. */
export const readingPragmas: string = `PRAGMA cache_size = -8000; PRAGMA mmap_size = ${maxMappedBytes}`

/** Migrations from each version of the format to the next. A new file runs all of them. */
const migrations = [
  tables,
  idempotencyTable,
  membershipTombstonesTable,
  botIdColumns,
  deletionsTable,
  conversationPaths,
  keyNonces,
  turnIndex,
]
const version = migrations.length

/** @throws Error if the file was written by a newer version. */
export function prepareSchema(database: DatabaseSync): void {
  const fileVersion = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (fileVersion === version) return
  if (fileVersion > version) {
    throw new Error(
      `the database was written by a newer version of Parley (format ${fileVersion}); update Parley to open it`,
    )
  }
  const pending = migrations.slice(fileVersion).join('')
  database.exec(`BEGIN IMMEDIATE; ${pending} PRAGMA user_version = ${version}; COMMIT;`)
}
