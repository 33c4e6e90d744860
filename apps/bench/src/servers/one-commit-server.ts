/** The durability baseline: `node:http` and `node:sqlite`, with one commit and one flush per message. */
import { DatabaseSync } from 'node:sqlite'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import { respondJson, listenOnLoopback, readBody } from './loopback.ts'

const handlers = {
  usage: measureUsage,
  start: ({ path }: { path: string }) => {
    const database = new DatabaseSync(path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS messages (
        number INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, message TEXT NOT NULL
      );
    `)
    const insert = database.prepare('INSERT INTO messages (conversation_id, message) VALUES (?, ?)')
    let number = 0
    return listenOnLoopback((request, response) => {
      readBody(request, (text) => {
        const { json, body } = createEcho(text, ++number)
        insert.run(body.conversationId, json)
        respondJson(response, 201, json)
      })
    })
  },
}
export type OneCommitServer = typeof handlers

serveParent(handlers)
