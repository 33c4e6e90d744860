import type { Child } from '../harness/child.ts'
import { formatHttpRequest } from './format-http-request.ts'
import type { LoadProcess } from './load-process.ts'

/** A user and a conversation that the user owns. */
export interface BenchUser {
  readonly key: string
  readonly conversationId: string
}

/** Creates users through the API, with one conversation each. */
export async function createUsers(
  load: Child<LoadProcess>,
  { port, count }: { port: number; count: number },
): Promise<BenchUser[]> {
  const keys = await createUserKeys(load, { port, count })
  const conversationIds = await load.call('collectMatches', {
    requests: keys.map((key) =>
      formatHttpRequest({ method: 'POST', path: '/demo/conversations', key, body: {} }),
    ),
    port,
    pattern: '"id":"([^"]+)"',
  })
  return conversationIds.map((conversationId, index) => ({ key: keys[index] ?? '', conversationId }))
}

function createUserKeys(
  load: Child<LoadProcess>,
  { port, count }: { port: number; count: number },
): Promise<string[]> {
  return load.call('collectMatches', {
    requests: Array.from({ length: count }, () =>
      formatHttpRequest({ method: 'POST', path: '/demo/users', body: {} }),
    ),
    port,
    pattern: '"key":"([^"]+)"',
  })
}

export async function createUser(load: Child<LoadProcess>, port: number): Promise<BenchUser> {
  const [user] = await createUsers(load, { port, count: 1 })
  if (!user) throw new Error('Unable to create a user; the server returned none.')
  return user
}

/** Creates users and adds them to the owner's conversation. @returns Their user keys. */
export async function addParticipants(
  load: Child<LoadProcess>,
  owner: BenchUser,
  { port, count }: { port: number; count: number },
): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `participant-${index}`)
  const keys = await load.call('collectMatches', {
    requests: ids.map((id) => formatHttpRequest({ method: 'POST', path: '/demo/users', body: { id } })),
    port,
    pattern: '"key":"([^"]+)"',
  })
  const path = `/demo/conversations/${owner.conversationId}/participants`
  await load.call('collectMatches', {
    requests: ids.map((userId) =>
      formatHttpRequest({ method: 'POST', path, key: owner.key, body: { userId } }),
    ),
    port,
    pattern: '"id":"([^"]+)"',
  })
  return keys
}

export function formatListenRequest({ key, conversationId }: BenchUser): string {
  return formatHttpRequest({ method: 'GET', path: `/demo/conversations/${conversationId}/listen`, key })
}

const messageBodyBytes = 300

/** A message with a request body of 300 bytes and a response body of about 400. */
export function formatMessageRequest({ key, conversationId }: BenchUser): string {
  const createBody = (text: string) => ({ conversationId, payload: { type: 'text', text } })
  const paddingLength = messageBodyBytes - JSON.stringify(createBody('')).length
  return formatHttpRequest({
    method: 'POST',
    path: '/demo/messages',
    key,
    body: createBody('x'.repeat(paddingLength)),
  })
}
