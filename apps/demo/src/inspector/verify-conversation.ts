import type { ConnectedUser, Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { filter, firstValueFrom, map, merge, take, tap, timer, type Observable } from 'rxjs'

export interface VerifyOptions {
  conversationId: string
  /** The messages that the page shows. */
  shown$: Observable<readonly ChatMessage[]>
  signal: AbortSignal
  /** How long listed messages may take to appear on the page. Default: 3,000. */
  timeoutMs?: number
}

/**
 * Lists all messages of a conversation, bypassing all caches, and compares them with the shown ones.
 *
 * @throws ChatError if the list cannot be loaded.
 */
export async function verifyConversation(
  me: ConnectedUser,
  { conversationId, shown$, signal, timeoutMs = 3_000 }: VerifyOptions,
): Promise<Comparison> {
  const { capabilities } = await me.serverInfo({ signal })
  const page = { conversationId, ...(capabilities.includes('limit') && { limit: 100 }) }
  const stored: Message[] = []
  for await (const message of me.listMessages.all(page, { signal })) stored.push(message)
  stored.reverse()

  let latest = compareMessages(stored, [])
  const consistent$ = shown$.pipe(
    map((messages) => compareMessages(stored, messages)),
    tap((comparison) => (latest = comparison)),
    filter(isConsistent),
  )
  return firstValueFrom(merge(consistent$, timer(timeoutMs).pipe(map(() => latest))).pipe(take(1)))
}

/** Differences between the shown messages and the messages on the server. */
export interface Comparison {
  /** Number of messages on the server. */
  stored: number
  /** How many of them are shown. The others are older, and not loaded. */
  shown: number
  /** Ids of stored messages that are not shown, although older ones are. */
  missing: string[]
  /** Ids of messages that are shown twice or were stored twice. */
  duplicates: string[]
  /** Ids of messages that are shown in another order than on the server. */
  outOfOrder: string[]
  /** Ids of shown messages that the server does not have. */
  unknown: string[]
}

/**
 * Compares the shown messages with the server's list.
 *
 * @param stored - All messages on the server, oldest first.
 */
export function compareMessages(stored: readonly Message[], shown: readonly ChatMessage[]): Comparison {
  const sent = shown.filter((message) => message.status === 'sent')
  const shownIds = sent.map(({ id }) => id)
  const shownIdSet = new Set(shownIds)
  const storedDuplicates = findDuplicates(stored)
  const duplicateIdSet = new Set(storedDuplicates)

  const firstShown = stored.findIndex(({ id }) => shownIdSet.has(id))
  const storedIds = new Set(stored.map(({ id }) => id))
  // Messages newer than the list cannot be in it.
  const newestAt = stored.at(-1)?.createdAt ?? ''
  const expected = (firstShown < 0 ? [] : stored.slice(firstShown)).map(({ id }) => id)
  const shownExpected = expected.filter((id) => shownIdSet.has(id))
  const shownKnown = shownIds.filter((id, index) => storedIds.has(id) && shownIds.indexOf(id) === index)

  return {
    stored: stored.length,
    shown: shownExpected.length,
    missing: expected.filter((id) => !shownIdSet.has(id) && !duplicateIdSet.has(id)),
    duplicates: [...shownIds.filter((id, index) => shownIds.indexOf(id) !== index), ...storedDuplicates],
    outOfOrder: shownKnown.filter((id, index) => shownExpected[index] !== id),
    unknown: sent
      .filter(({ id, createdAt }) => !storedIds.has(id) && createdAt <= newestAt)
      .map(({ id }) => id),
  }
}

export function isConsistent({ missing, duplicates, outOfOrder, unknown }: Comparison): boolean {
  return [missing, duplicates, outOfOrder, unknown].every(({ length }) => length === 0)
}

/** Returns the ids of messages with the client id of an earlier message. */
function findDuplicates(stored: readonly Message[]): string[] {
  const seen = new Set<string>()
  return stored.flatMap(({ id, userId, metadata }) => {
    const clientMessageId = metadata?.['clientMessageId']
    if (typeof clientMessageId !== 'string') return []
    const dedupeKey = JSON.stringify([userId, clientMessageId])
    if (seen.has(dedupeKey)) return [id]
    seen.add(dedupeKey)
    return []
  })
}
