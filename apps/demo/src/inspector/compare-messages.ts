import type { Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'

/** How what is shown compares with what the server has. */
export interface Comparison {
  /** How many messages the server has. */
  stored: number
  /** How many of them are shown; the others are older, and not loaded. */
  shown: number
  /** Ids that the server has and the page lacks, among what is shown. */
  lost: string[]
  /** Ids that are shown twice, or of messages that were stored twice. */
  repeated: string[]
  /** Ids that stand in another place than at the server. */
  misplaced: string[]
  /** Ids that are shown, and that the server does not have. */
  unknown: string[]
}

/**
 * Compares what is shown with the server's own list.
 *
 * @param stored - All messages of the server, in its order, oldest first.
 */
export function compareMessages(stored: readonly Message[], shown: readonly ChatMessage[]): Comparison {
  const sent = shown.filter((message) => message.status === 'sent')
  const shownIds = sent.map(({ id }) => id)
  const isShown = new Set(shownIds)
  const copies = copiesOf(stored)
  const isCopy = new Set(copies)

  const firstShown = stored.findIndex(({ id }) => isShown.has(id))
  const storedIds = new Set(stored.map(({ id }) => id))
  // What has come since the list was made is in no list yet.
  const newest = stored.at(-1)?.createdAt ?? ''
  const expected = (firstShown < 0 ? [] : stored.slice(firstShown)).map(({ id }) => id)
  const kept = expected.filter((id) => isShown.has(id))
  const listed = shownIds.filter((id, index) => storedIds.has(id) && shownIds.indexOf(id) === index)

  return {
    stored: stored.length,
    shown: kept.length,
    lost: expected.filter((id) => !isShown.has(id) && !isCopy.has(id)),
    repeated: [...shownIds.filter((id, index) => shownIds.indexOf(id) !== index), ...copies],
    misplaced: listed.filter((id, index) => kept[index] !== id),
    unknown: sent
      .filter(({ id, createdAt }) => !storedIds.has(id) && createdAt <= newest)
      .map(({ id }) => id),
  }
}

export function isFlawless({ lost, repeated, misplaced, unknown }: Comparison): boolean {
  return [lost, repeated, misplaced, unknown].every(({ length }) => length === 0)
}

/** The later copies of what one user has sent once. */
function copiesOf(stored: readonly Message[]): string[] {
  const seen = new Set<string>()
  return stored.flatMap(({ id, userId, metadata }) => {
    const clientMessageId = metadata?.['clientMessageId']
    if (typeof clientMessageId !== 'string') return []
    const name = JSON.stringify([userId, clientMessageId])
    if (seen.has(name)) return [id]
    seen.add(name)
    return []
  })
}
