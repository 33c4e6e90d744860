import type { DatabaseSync } from 'node:sqlite'
import type { EntryKind } from '../../wire/render.ts'
import { migrations } from './migrations.ts'

/**
 * The tables and indexes of a new database file. Migrations give older files the same schema.
 *
 * Row ids are random and never reused (INV-6). Times are in milliseconds since 1970.
 */
const schema = `
  -- watermark: the sequence up to which all turns are finished. id_secret: for the tags in message and event ids.
  -- epoch: for SSE ids.
  CREATE TABLE bots (
    row_id INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL UNIQUE,
    user_row_id INTEGER NOT NULL,
    watermark INTEGER,
    id_secret BLOB,
    epoch TEXT
  );

  -- fields: the profile, as JSON. key_nonce: null if the user was created by an older version, whose user keys contain
  -- only an id.
  CREATE TABLE users (
    row_id INTEGER PRIMARY KEY,
    bot_row_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    key_nonce TEXT,
    UNIQUE (bot_row_id, id)
  );

  -- last_seq, last_entry_at and updated_at do not include the messages at the end of the log (see newestEntry).
  -- finished_seq: the newest turn that the bot has finished.
  CREATE TABLE conversations (
    row_id INTEGER PRIMARY KEY,
    bot_row_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    owner_row_id INTEGER NOT NULL,
    creation_order INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_entry_at INTEGER NOT NULL,
    finished_seq INTEGER NOT NULL,
    UNIQUE (bot_row_id, id)
  );
  -- Finds a conversation whose id contains a backslash by the path that clients send for it. Such ids are rare, so the
  -- index costs almost nothing.
  CREATE INDEX conversations_by_path ON conversations (bot_row_id, replace(id, '\\', '/')) WHERE instr(id, '\\') > 0;

  -- creation_order: of the conversation. joined_seq: the first entry that the user may see.
  CREATE TABLE participants (
    conversation_row_id INTEGER NOT NULL,
    user_row_id INTEGER NOT NULL,
    creation_order INTEGER NOT NULL,
    joined_seq INTEGER NOT NULL,
    has_left INTEGER NOT NULL,
    PRIMARY KEY (conversation_row_id, user_row_id)
  ) WITHOUT ROWID;
  CREATE INDEX participants_by_user ON participants (user_row_id, creation_order);

  -- The log. sequence: the order of all entries. seq: the order within the conversation. kind: an index of entryKinds.
  -- stream_id: the stream that a message completes or aborts. turn_seq: for output of a bot, the seq of the entry that
  -- the bot was handling.
  CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY,
    conversation_row_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    user_row_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    metadata TEXT,
    stream_id TEXT,
    turn_seq INTEGER
  );
  CREATE UNIQUE INDEX entries_by_position ON entries (conversation_row_id, seq);
  -- Finds the output of a turn without reading other entries.
  CREATE INDEX entries_by_turn ON entries (conversation_row_id, turn_seq, seq) WHERE turn_seq IS NOT NULL;

  -- Results of requests with an idempotency key (INV-11). fingerprint: of the request. resource_ref: references the
  -- resource that it created.
  CREATE TABLE idempotency_records (
    user_row_id INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    resource_ref TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_row_id, idempotency_key)
  ) WITHOUT ROWID;
  CREATE INDEX idempotency_records_by_time ON idempotency_records (created_at);

  -- Memberships that ended. A user's stream reports them even if the conversation and its log were deleted. The row of
  -- the system user stores the sequence of the newest deletion, so that it is never reused, even if all newer entries
  -- are deleted (INV-12).
  CREATE TABLE membership_tombstones (
    user_row_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    conversation_row_id INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (user_row_id, sequence)
  ) WITHOUT ROWID;

  -- Pending deletions: deleted users and conversations that still have dependent rows (INV-10). Their own rows are
  -- already removed. searched_conversation_row_id, searched_seq: the progress of the search for a user's entries.
  CREATE TABLE deletions (
    row_id INTEGER PRIMARY KEY,
    is_user INTEGER NOT NULL,
    bot_row_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL,
    searched_conversation_row_id INTEGER NOT NULL,
    searched_seq INTEGER NOT NULL
  );
  CREATE INDEX deletions_in_order ON deletions (is_user, sequence);
  CREATE INDEX deletions_by_id ON deletions (bot_row_id, id);
`

/** The format of `schema`. Stored as `user_version` of the file, which is 0 for a new file. */
const version = migrations.length + 1

const maxMappedBytes = 64 * 1024 ** 3
/** For read-only connections: maps the file, so that reads do not copy pages. */
export const readingPragmas: string = `PRAGMA cache_size = -8000; PRAGMA mmap_size = ${maxMappedBytes}`

/**
 * Creates the tables of a new file, or migrates an older file in one transaction.
 *
 * @throws Error if the file was written by a newer version.
 */
export function prepareSchema(database: DatabaseSync): void {
  const fileVersion = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (fileVersion === version) return
  if (fileVersion > version) {
    throw new Error(
      `it was written by a newer version of Parley (format ${fileVersion}). Update Parley to open it`,
    )
  }
  const statements = fileVersion === 0 ? schema : migrations.slice(fileVersion - 1).join('')
  database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${version}; COMMIT;`)
}

/** A kind is stored as its index, so the order is part of the file format. */
export const entryKinds: readonly EntryKind[] = [
  'conversation_created',
  'message_created',
  'event_created',
  'participant_added',
  'participant_removed',
  'message_deleted',
  'message_stream_abort',
]

/** The stored number of a kind. */
export function kindCode(kind: EntryKind): number {
  return entryKinds.indexOf(kind)
}
