import type { Place } from '../../domain/reads.ts'
import type { Effect } from '../../domain/records.ts'

/** Who takes part where, remembered until a commit ends it. Nothing is remembered of who does not. */
export interface Places {
  find(botKey: number, userId: string, conversationId: string): Place | undefined
  onCommit(effects: readonly Effect[]): void
}

const mostRemembered = 20_000

type Look = (botKey: number, userId: string, conversationId: string) => Place | undefined

/** @param look - Asks the database. */
export function createPlaces(look: Look): Places {
  const places = new Map<string, Place>()
  return {
    find: (botKey, userId, conversationId) => {
      // No id has a space in it, so that no two triples have one name.
      const name = `${botKey} ${userId} ${conversationId}`
      const known = places.get(name)
      if (known) return known
      const place = look(botKey, userId, conversationId)
      if (!place) return undefined
      if (places.size >= mostRemembered) places.clear()
      places.set(name, place)
      return place
    },
    // A user who is deleted is removed from where they took part, or it is deleted with them.
    onCommit: (effects) => {
      if (effects.some(ends)) places.clear()
    },
  }
}

function ends(effect: Effect): boolean {
  return effect.type !== 'appended' || effect.entry.kind === 'participant_removed'
}
