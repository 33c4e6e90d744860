import type { User } from '@parley/core'
import {
  catchError,
  distinctUntilKeyChanged,
  filter,
  merge,
  EMPTY,
  type Observable,
  shareReplay,
  switchMap,
} from 'rxjs'
import { persist } from '../time/waiting.ts'
import type { Context } from './context.ts'
import type { Link } from './link.ts'

/** Who takes part: listed when signals may have been lost, and again when somebody comes or goes, as signals bring ids alone. */
export function createParticipants(
  context: Context,
  { connection$, signals$ }: Pick<Link, 'connection$' | 'signals$'>,
): Observable<readonly User[]> {
  async function list(signal: AbortSignal): Promise<readonly User[]> {
    const users: User[] = []
    const listed = context.me.listParticipants.all({ conversationId: context.id }, { signal })
    for await (const user of listed) users.push(user)
    return users
  }

  return merge(
    connection$.pipe(
      distinctUntilKeyChanged('isInSync'),
      filter(({ isInSync }) => isInSync),
    ),
    signals$.pipe(filter(({ type }) => type.startsWith('participant_'))),
  ).pipe(
    // What fails for good closes the conversation as well, and the connection tells why.
    switchMap(() => persist(context, list).pipe(catchError(() => EMPTY))),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
}
