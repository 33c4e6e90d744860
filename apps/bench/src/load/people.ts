import type { Child } from '../harness/child.ts'
import { httpRequest } from './http-request.ts'
import type { LoadProcess } from './load-process.ts'

/** A user with a conversation of their own. */
export interface Person {
  readonly key: string
  readonly conversationId: string
}

/** Makes users, and a conversation for each, through the API. */
export async function makePeople(
  load: Child<LoadProcess>,
  { port, count }: { port: number; count: number },
): Promise<Person[]> {
  const keys = await makeUsers(load, { port, count })
  const conversationIds = await load.ask('collect', {
    requests: keys.map((key) => httpRequest({ method: 'POST', path: '/demo/conversations', key, body: {} })),
    port,
    pattern: '"id":"([^"]+)"',
  })
  return conversationIds.map((conversationId, index) => ({ key: keys[index] ?? '', conversationId }))
}

function makeUsers(
  load: Child<LoadProcess>,
  { port, count }: { port: number; count: number },
): Promise<string[]> {
  return load.ask('collect', {
    requests: Array.from({ length: count }, () =>
      httpRequest({ method: 'POST', path: '/demo/users', body: {} }),
    ),
    port,
    pattern: '"key":"([^"]+)"',
  })
}

export async function makePerson(load: Child<LoadProcess>, port: number): Promise<Person> {
  const [person] = await makePeople(load, { port, count: 1 })
  if (!person) throw new Error('the server made nobody')
  return person
}

/** Makes users who take part in somebody's conversation. @returns Their keys. */
export async function addParticipants(
  load: Child<LoadProcess>,
  owner: Person,
  { port, count }: { port: number; count: number },
): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `participant-${index}`)
  const keys = await load.ask('collect', {
    requests: ids.map((id) => httpRequest({ method: 'POST', path: '/demo/users', body: { id } })),
    port,
    pattern: '"key":"([^"]+)"',
  })
  const path = `/demo/conversations/${owner.conversationId}/participants`
  await load.ask('collect', {
    requests: ids.map((userId) => httpRequest({ method: 'POST', path, key: owner.key, body: { userId } })),
    port,
    pattern: '"id":"([^"]+)"',
  })
  return keys
}

export function listenRequest({ key, conversationId }: Person): string {
  return httpRequest({ method: 'GET', path: `/demo/conversations/${conversationId}/listen`, key })
}

const messageBodyBytes = 300

/** A message of the size that the figures are given for: 300 bytes of body, about 400 of answer. */
export function messageRequest({ key, conversationId }: Person): string {
  const bodyOf = (text: string) => ({ conversationId, payload: { type: 'text', text } })
  const missing = messageBodyBytes - JSON.stringify(bodyOf('')).length
  return httpRequest({ method: 'POST', path: '/demo/messages', key, body: bodyOf('x'.repeat(missing)) })
}
