import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Child } from '../harness/child.ts'
import type { Lab } from '../harness/lab.ts'
import { httpRequest } from '../load/http-request.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { makePeople, messageRequest, type Person } from '../load/people.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

/** A database full of messages. */
export interface MessageStore {
  readonly path: string
  /** Of every conversation the newest page, and one older page, which is its second, third, … in turn. */
  readonly pageRequests: readonly string[]
}

export interface MessageStoreSize {
  readonly conversations: number
  readonly messagesEach: number
}

const messagesOnPage = 20

/** Filled through the API, a message for each conversation in turn, and kept for later runs while the schema stays. */
export async function openMessageStore(
  lab: Lab,
  load: Child<LoadProcess>,
  size: MessageStoreSize,
): Promise<MessageStore> {
  const name = `${size.conversations}x${size.messagesEach}-${await schemaFingerprint(lab)}`
  const requestsPath = join(lab.lastingFolder(name), 'requests.json')
  const path = join(lab.lastingFolder(name), 'parley.db')
  if (!existsSync(requestsPath)) {
    rmSync(lab.lastingFolder(name), { recursive: true })
    lab.lastingFolder(name)
    console.error(`filling a database with ${size.conversations * size.messagesEach} messages, once`)
    writeFileSync(requestsPath, JSON.stringify(await fill(lab, load, { path, ...size })))
  }
  return { path, pageRequests: JSON.parse(readFileSync(requestsPath, 'utf8')) as string[] }
}

async function fill(
  lab: Lab,
  load: Child<LoadProcess>,
  { path, conversations, messagesEach }: MessageStoreSize & { path: string },
): Promise<string[]> {
  await using server = await lab.start<ParleyServer>('servers/parley-server.ts')
  const { port } = await server.ask('start', { path })
  const people = await makePeople(load, { port, count: conversations })
  await load.ask('keep', { set: 'fill', requests: people.map(messageRequest) })
  const count = conversations * messagesEach
  await load.ask('run', { set: 'fill', order: 'sequence', port, connections: 256, count })

  const pages = [people.map((person) => pageRequest(person, undefined))]
  for (let shown = messagesOnPage; shown < messagesEach; shown += messagesOnPage) {
    const tokens = await load.ask('collect', {
      requests: pages.at(-1) ?? [],
      port,
      pattern: '"nextToken":"([^"]+)"',
    })
    pages.push(people.map((person, index) => pageRequest(person, tokens[index])))
  }
  await server.ask('close')
  const [newest = [], ...older] = pages
  return newest.flatMap((request, index) => [request, older[index % older.length]?.[index] ?? request])
}

function pageRequest({ key, conversationId }: Person, nextToken: string | undefined): string {
  const query = nextToken === undefined ? '' : `?nextToken=${encodeURIComponent(nextToken)}`
  return httpRequest({ method: 'GET', path: `/demo/conversations/${conversationId}/messages${query}`, key })
}

/** Changes when the server's tables do. */
async function schemaFingerprint(lab: Lab): Promise<string> {
  const path = join(lab.temporaryFolder(), 'parley.db')
  await using server = await lab.start<ParleyServer>('servers/parley-server.ts')
  await server.ask('start', { path })
  await server.ask('close')
  using database = new DatabaseSync(path, { readOnly: true })
  const rows = database.prepare('SELECT sql FROM sqlite_master ORDER BY name').all()
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 8)
}
