import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BenchContext } from '../harness/bench-context.ts'
import type { Child } from '../harness/child.ts'
import { formatHttpRequest } from '../load/format-http-request.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { createUsers, formatMessageRequest, type BenchUser } from '../load/users.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

/** A database with many messages. */
export interface MessageStore {
  readonly path: string
  /** For every conversation, its newest page and one older page: the second, third, … in turn. */
  readonly pageRequests: readonly string[]
}

export interface MessageStoreSize {
  readonly conversations: number
  readonly messagesPerConversation: number
}

const pageSize = 20

/**
 * Opens a database that was filled through the API, with conversations interleaved. Reuses it in later runs until the
 * schema changes.
 */
export async function openMessageStore(
  context: BenchContext,
  load: Child<LoadProcess>,
  size: MessageStoreSize,
): Promise<MessageStore> {
  const name = `${size.conversations}x${size.messagesPerConversation}-${await hashSchema(context)}`
  const requestsPath = join(context.openCacheFolder(name), 'requests.json')
  const path = join(context.openCacheFolder(name), 'parley.db')
  if (!existsSync(requestsPath)) {
    rmSync(context.openCacheFolder(name), { recursive: true })
    context.openCacheFolder(name)
    console.error(
      `Filling a database with ${size.conversations * size.messagesPerConversation} messages; later runs reuse it`,
    )
    writeFileSync(requestsPath, JSON.stringify(await fillDatabase(context, load, { path, ...size })))
  }
  return { path, pageRequests: JSON.parse(readFileSync(requestsPath, 'utf8')) as string[] }
}

async function fillDatabase(
  context: BenchContext,
  load: Child<LoadProcess>,
  { path, conversations, messagesPerConversation }: MessageStoreSize & { path: string },
): Promise<string[]> {
  await using server = await context.start<ParleyServer>('servers/parley-server.ts')
  const { port } = await server.call('start', { path })
  const users = await createUsers(load, { port, count: conversations })
  await load.call('storeRequests', { set: 'fill', requests: users.map(formatMessageRequest) })
  const count = conversations * messagesPerConversation
  await load.call('run', { set: 'fill', order: 'sequence', port, connections: 256, count })

  const pages = [users.map((user) => formatPageRequest(user, undefined))]
  for (let offset = pageSize; offset < messagesPerConversation; offset += pageSize) {
    const tokens = await load.call('collectMatches', {
      requests: pages.at(-1) ?? [],
      port,
      pattern: '"nextToken":"([^"]+)"',
    })
    pages.push(users.map((user, index) => formatPageRequest(user, tokens[index])))
  }
  await server.call('close')
  const [newest = [], ...older] = pages
  return newest.flatMap((request, index) => [request, older[index % older.length]?.[index] ?? request])
}

function formatPageRequest({ key, conversationId }: BenchUser, nextToken: string | undefined): string {
  const query = nextToken === undefined ? '' : `?nextToken=${encodeURIComponent(nextToken)}`
  return formatHttpRequest({
    method: 'GET',
    path: `/demo/conversations/${conversationId}/messages${query}`,
    key,
  })
}

/** A hash of the server's tables. */
async function hashSchema(context: BenchContext): Promise<string> {
  const path = join(context.createTemporaryFolder(), 'parley.db')
  await using server = await context.start<ParleyServer>('servers/parley-server.ts')
  await server.call('start', { path })
  await server.call('close')
  using database = new DatabaseSync(path, { readOnly: true })
  const rows = database.prepare('SELECT sql FROM sqlite_master ORDER BY name').all()
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 8)
}
