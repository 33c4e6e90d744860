import type { User } from '@parley/core'
import { distinctUntilKeyChanged, EMPTY, filter, merge, type Observable, shareReplay } from 'rxjs'
import { getPageLimit } from '../source/page-limit.ts'
import { runOnTrigger } from '../time/run-on-trigger.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import type { SourceConnection } from './source-connection.ts'

/** Lists the participants after each possible gap, and after each participant signal, as these contain only ids. */
export function createParticipants(
  dependencies: ConversationDependencies,
  { connection$, signals$ }: Pick<SourceConnection, 'connection$' | 'signals$'>,
): Observable<readonly User[]> {
  const { me, id } = dependencies

  async function list(signal: AbortSignal): Promise<readonly User[]> {
    const users: User[] = []
    const limit = await getPageLimit(me, { limit: 100, signal })
    const listed = me.listParticipants.all({ conversationId: id, ...limit }, { signal })
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
  return runOnTrigger(dependencies, { trigger$, work: list, onFailure: () => EMPTY }).pipe(
    shareReplay({ bufferSize: 1, refCount: true }),
  )
}
