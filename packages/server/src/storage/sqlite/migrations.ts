/** Name of the table `membership_tombstones` before format 9. Nothing else may use it. */
export const oldTombstonesTable = 'departures'

const idempotencyRecords = `
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

const membershipTombstones = `
  CREATE TABLE ${oldTombstonesTable} (
    user_key INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    conversation_key INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_key, sequence)
  ) WITHOUT ROWID;
`

const botIds = `
  ALTER TABLE bots ADD COLUMN id_secret BLOB;
  ALTER TABLE bots ADD COLUMN epoch TEXT;
  UPDATE bots SET id_secret = randomblob(16), epoch = lower(hex(randomblob(4)));
`

const pendingDeletions = `
  CREATE TABLE deletions (
    key INTEGER PRIMARY KEY,
    is_user INTEGER NOT NULL,
    bot_key INTEGER NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    searched_conversation INTEGER NOT NULL,
    searched_number INTEGER NOT NULL
  );
  CREATE INDEX deletions_in_order ON deletions (is_user, sequence);
  CREATE INDEX deletions_by_id ON deletions (bot_key, id);
`

const conversationPaths = `
  CREATE INDEX conversations_by_path ON conversations (bot_key, replace(id, '\\', '/')) WHERE instr(id, '\\') > 0;
`

const keyNonces = 'ALTER TABLE users ADD COLUMN key_nonce TEXT;'

const turnIndex =
  'CREATE INDEX entries_by_turn ON entries (conversation_key, turn, number) WHERE turn IS NOT NULL;'

/**
 * Renames tables and columns. A rename changes only the schema, so its time does not depend on the number of rows.
 * SQLite renames columns in indexes too. An index cannot be renamed, so only that of the idempotency records of one
 * day is created again.
 */
const plainNames = `
  ALTER TABLE bots RENAME COLUMN key TO row_id;
  ALTER TABLE bots RENAME COLUMN user_key TO user_row_id;

  ALTER TABLE users RENAME COLUMN key TO row_id;
  ALTER TABLE users RENAME COLUMN bot_key TO bot_row_id;

  ALTER TABLE conversations RENAME COLUMN key TO row_id;
  ALTER TABLE conversations RENAME COLUMN bot_key TO bot_row_id;
  ALTER TABLE conversations RENAME COLUMN owner_key TO owner_row_id;
  ALTER TABLE conversations RENAME COLUMN made TO creation_order;
  ALTER TABLE conversations RENAME COLUMN head TO last_seq;
  ALTER TABLE conversations RENAME COLUMN head_at TO last_entry_at;
  ALTER TABLE conversations RENAME COLUMN finished TO finished_seq;

  ALTER TABLE participants RENAME COLUMN conversation_key TO conversation_row_id;
  ALTER TABLE participants RENAME COLUMN user_key TO user_row_id;
  ALTER TABLE participants RENAME COLUMN made TO creation_order;
  ALTER TABLE participants RENAME COLUMN joined TO joined_seq;

  ALTER TABLE entries RENAME COLUMN conversation_key TO conversation_row_id;
  ALTER TABLE entries RENAME COLUMN number TO seq;
  ALTER TABLE entries RENAME COLUMN user_key TO user_row_id;
  ALTER TABLE entries RENAME COLUMN turn TO turn_seq;

  ALTER TABLE made RENAME TO idempotency_records;
  ALTER TABLE idempotency_records RENAME COLUMN user_key TO user_row_id;
  ALTER TABLE idempotency_records RENAME COLUMN key TO idempotency_key;
  ALTER TABLE idempotency_records RENAME COLUMN body TO fingerprint;
  ALTER TABLE idempotency_records RENAME COLUMN ref TO resource_ref;
  ALTER TABLE idempotency_records RENAME COLUMN at TO created_at;
  DROP INDEX made_by_time;
  CREATE INDEX idempotency_records_by_time ON idempotency_records (created_at);

  ALTER TABLE ${oldTombstonesTable} RENAME TO membership_tombstones;
  ALTER TABLE membership_tombstones RENAME COLUMN user_key TO user_row_id;
  ALTER TABLE membership_tombstones RENAME COLUMN conversation_key TO conversation_row_id;
  ALTER TABLE membership_tombstones RENAME COLUMN at TO ended_at;

  ALTER TABLE deletions RENAME COLUMN key TO row_id;
  ALTER TABLE deletions RENAME COLUMN bot_key TO bot_row_id;
  ALTER TABLE deletions RENAME COLUMN at TO deleted_at;
  ALTER TABLE deletions RENAME COLUMN searched_conversation TO searched_conversation_row_id;
  ALTER TABLE deletions RENAME COLUMN searched_number TO searched_seq;
`

/** Migrations from each format to the next, starting with format 1. Never change one: files depend on them. */
export const migrations: readonly string[] = [
  idempotencyRecords,
  membershipTombstones,
  botIds,
  pendingDeletions,
  conversationPaths,
  keyNonces,
  turnIndex,
  plainNames,
]
