import type { User } from '@parley/core'
import { distinctUntilKeyChanged, EMPTY, filter, merge, type Observable, shareReplay } from 'rxjs'
import { pageLimit } from '../source/page-limit.ts'
import { rerun } from '../time/rerun.ts'
import type { Context } from './context.ts'
import type { Link } from './link.ts'

/** Who takes part: listed when signals may have been lost, and again when somebody comes or goes, as signals bring ids alone. */
export function createParticipants(
  context: Context,
  { connection$, signals$ }: Pick<Link, 'connection$' | 'signals$'>,
): Observable<readonly User[]> {
  async function list(signal: AbortSignal): Promise<readonly User[]> {
    const users: User[] = []
    const limit = await pageLimit(context.me, { limit: 100, signal })
    const listed = context.me.listParticipants.all({ conversationId: context.id, ...limit }, { signal })
    for await (const user of listed) users.push(user)
    return users
  }

  const trigger$ = merge(
    connection$.value$.pipe(
      distinctUntilKeyChanged('isSynced'),
      filter(({ isSynced }) => isSynced),
    ),
    signals$.pipe(filter(({ type }) => type.startsWith('participant_'))),
  )
  // A permanent error also closes the conversation, and `connection$` reports it.
  return rerun(context, { trigger$, work: list, onFailure: () => EMPTY }).pipe(
    shareReplay({ bufferSize: 1, refCount: true }),
  )
}
