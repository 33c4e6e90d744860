import type { Membership } from '../../domain/queries.ts'
import type { Change } from '../../domain/records.ts'

/** Caches memberships until a commit may end one. Caches positive results only. */
export interface MembershipCache {
  find(botRowId: number, userId: string, conversationId: string): Membership | undefined
  onCommit(changes: readonly Change[]): void
}

const maxCached = 20_000

type LoadMembership = (botRowId: number, userId: string, conversationId: string) => Membership | undefined

/** @param load - Reads a membership from the database. */
export function createMembershipCache(load: LoadMembership): MembershipCache {
  const memberships = new Map<string, Membership>()
  return {
    find: (botRowId, userId, conversationId) => {
      // Ids contain no spaces, so keys are unique.
      const key = `${botRowId} ${userId} ${conversationId}`
      const cached = memberships.get(key)
      if (cached) return cached
      const membership = load(botRowId, userId, conversationId)
      if (!membership) return undefined
      if (memberships.size >= maxCached) memberships.clear()
      memberships.set(key, membership)
      return membership
    },
    onCommit: (changes) => {
      if (changes.some(endsMembership)) memberships.clear()
    },
  }
}

function endsMembership(change: Change): boolean {
  return change.type !== 'appended' || change.entry.kind === 'participant_removed'
}
