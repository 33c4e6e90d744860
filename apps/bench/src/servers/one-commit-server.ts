/** Durable without sharing anything: `node:http` and `node:sqlite`, a commit and its flush for each message. */
import { DatabaseSync } from 'node:sqlite'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { answerJson, listenOnLoopback, readBody } from './loopback.ts'
import { echoOf } from './message-echo.ts'

const handlers = {
  usage,
  start: ({ path }: { path: string }) => {
    const database = new DatabaseSync(path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS messages (number INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, message TEXT NOT NULL);
    `)
    const insert = database.prepare('INSERT INTO messages (conversation_id, message) VALUES (?, ?)')
    let number = 0
    return listenOnLoopback((request, response) => {
      readBody(request, (text) => {
        const { json, body } = echoOf(text, ++number)
        insert.run(body.conversationId, json)
        answerJson(response, 201, json)
      })
    })
  },
}
export type OneCommitServer = typeof handlers

answerParent(handlers)
