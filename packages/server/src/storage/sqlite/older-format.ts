/** Writes database files in older formats, for tests of migrations. */
import { DatabaseSync } from 'node:sqlite'
import { migrations, oldTombstonesTable } from './migrations.ts'

const firstFormat = `
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

/** Formats older than the current one. */
export const olderFormats: readonly number[] = migrations.map((_, index) => index + 1)

/** Creates the tables of an older format. */
export function createOlderSchema(database: DatabaseSync, format: number): void {
  database.exec(
    [firstFormat, ...migrations.slice(0, format - 1), `PRAGMA user_version = ${format}`].join(';'),
  )
}

const currentNames: Readonly<Record<string, string>> = {
  made: 'idempotency_records',
  [oldTombstonesTable]: 'membership_tombstones',
}

/**
 * Copies a database file of the current format to a new file of an older format, without the data that the older format
 * cannot store.
 */
export function copyToOlderFormat(source: string, target: string, format: number): void {
  using database = new DatabaseSync(target)
  createOlderSchema(database, format)
  database.prepare('ATTACH ? AS source').run(source)
  const columnNames = (schema: string, table: string): string[] =>
    database
      .prepare('SELECT name FROM pragma_table_info(?, ?) ORDER BY cid')
      .all(table, schema)
      .map(({ name }) => String(name))
  const tables = database.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").all()
  for (const name of tables.map((row) => String(row['name']))) {
    const currentName = currentNames[name] ?? name
    // Every format adds columns at the end, so the columns that both formats have come first, in the same order.
    const columns = columnNames('source', currentName).slice(0, columnNames('main', name).length)
    database.exec(`INSERT INTO main.${name} SELECT ${columns.join(', ')} FROM source.${currentName}`)
  }
}
