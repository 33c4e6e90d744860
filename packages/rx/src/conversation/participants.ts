import type { ConnectedUser, User, UserSignal } from '@parley/core'
import { filter, merge, type Observable, ReplaySubject, share, switchMap } from 'rxjs'
import { persist, type Waiting } from '../time/waiting.ts'

export interface ParticipantsOptions {
  me: ConnectedUser
  conversationId: string
  waiting: Waiting
  /** Emits for each connection that began anew: at once if there is one already. */
  fresh$: Observable<unknown>
  signals$: Observable<UserSignal>
}

/** Who takes part: listed when it is subscribed to, and again when somebody comes or goes, as signals bring ids alone. */
export function createParticipants({
  me,
  conversationId,
  waiting,
  fresh$,
  signals$,
}: ParticipantsOptions): Observable<readonly User[]> {
  async function list(signal: AbortSignal): Promise<readonly User[]> {
    const users: User[] = []
    for await (const user of me.listParticipants.all({ conversationId }, { signal })) users.push(user)
    return users
  }

  const comesOrGoes$ = signals$.pipe(filter(({ type }) => type.startsWith('participant_')))
  return merge(fresh$, comesOrGoes$).pipe(
    // What fails for good closes the conversation as well, and the connection tells why.
    switchMap(() => persist(waiting, list)),
    share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: true }),
  )
}
