import type { Membership } from '../../domain/queries.ts'
import type { Change } from '../../domain/records.ts'

/** Who takes part where, remembered until a commit ends it. Nothing is remembered of who does not. */
export interface MembershipCache {
  find(botRowId: number, userId: string, conversationId: string): Membership | undefined
  onCommit(effects: readonly Change[]): void
}

const maxCached = 20_000

type LoadMembership = (botRowId: number, userId: string, conversationId: string) => Membership | undefined

/** @param load - Asks the database. */
export function createMembershipCache(load: LoadMembership): MembershipCache {
  const memberships = new Map<string, Membership>()
  return {
    find: (botRowId, userId, conversationId) => {
      // No id has a space in it, so that no two triples have one name.
      const name = `${botRowId} ${userId} ${conversationId}`
      const known = memberships.get(name)
      if (known) return known
      const place = load(botRowId, userId, conversationId)
      if (!place) return undefined
      if (memberships.size >= maxCached) memberships.clear()
      memberships.set(name, place)
      return place
    },
    // A user who is deleted is removed from where they took part, or it is deleted with them.
    onCommit: (effects) => {
      if (effects.some(endsMembership)) memberships.clear()
    },
  }
}

function endsMembership(effect: Change): boolean {
  return effect.type !== 'appended' || effect.entry.kind === 'participant_removed'
}
