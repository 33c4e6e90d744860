import { ChatError, type ConnectedUser, type ConnectionStatus } from '@parley/core'
import {
  BehaviorSubject,
  defer,
  filter,
  finalize,
  firstValueFrom,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  share,
  switchMap,
  take,
  tap,
} from 'rxjs'
import type { OutboxStorage } from '../conversation/conversation-options.ts'
import { createKey } from '../conversation/create-key.ts'
import type { LivingConversation } from '../conversation/living-conversation.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { alone } from './alone.ts'
import { createKept } from './kept.ts'
import type { ConversationPlace } from './shared-conversation.ts'

export interface CurrentOptions {
  storage: OutboxStorage | undefined
  inbox: Inbox
  placeOf: (id: string) => ConversationPlace
}

/**
 * The conversation of who does not name one: the one that was it last, else the newest, else none until it is needed. Then it is
 * made, under an id that is stored before: all who need it at once, and other tabs, make the same one.
 */
export function createCurrent(
  me: ConnectedUser,
  { storage, inbox, placeOf }: CurrentOptions,
): ConversationPlace {
  const name = `parley:conversation:${me.url}:${me.user.id}`
  const kept = createKept(storage, name)
  /** Undefined as long as it is not known; empty where there is none. */
  const id$ = new BehaviorSubject<string | undefined>(undefined)
  /** Those that were deleted, or that the user takes no part in any more. */
  const gone = new Set([''])
  let making: Promise<void> | undefined
  /** How the list to pick from is connected; undefined as long as it is not asked for. */
  const status$ = new BehaviorSubject<ConnectionStatus | undefined>(undefined)

  const picked$ = defer(kept.read).pipe(
    switchMap((id) =>
      gone.has(id)
        ? merge(
            inbox.conversations$.pipe(map((all) => all.find((each) => !gone.has(each.id))?.id ?? '')),
            inbox.connection$.pipe(
              tap((status) => status$.next(status)),
              ignoreElements(),
            ),
          )
        : of(id),
    ),
    take(1),
    tap((id) => {
      void kept.write(id)
      id$.next(id)
    }),
    finalize(() => status$.next(undefined)),
    share(),
  )

  /** There is no list to pick from, and there will be none. */
  const refused$ = status$.pipe(
    map((status) => {
      if (status?.state !== 'closed') return
      throw status.cause ?? new ChatError('Unavailable', 'Unable to list the conversations of the user.')
    }),
    ignoreElements(),
  )

  async function make(): Promise<void> {
    const id = await alone(storage, name, async () => {
      const known = await kept.read()
      const own = gone.has(known) ? createKey() : known
      await kept.write(own)
      return own
    })
    await me.getOrCreateConversation({ id })
    id$.next(id)
  }

  const isLostBy = (cause?: { type: string }): boolean => /NotFound|Forbidden|Gone/.test(cause?.type ?? '')

  const leaving$ = ({ id, connection$ }: LivingConversation): Observable<never> =>
    connection$.pipe(
      filter(
        ({ state, cause }: { state: string; cause?: { type: string } }) =>
          state === 'closed' && isLostBy(cause),
      ),
      tap(() => {
        gone.add(id)
        id$.next(undefined)
      }),
      ignoreElements(),
    )

  return {
    status$,
    tryNow: inbox.tryNow,
    isLostBy,
    now: () => (id$.value ? placeOf(id$.value).now() : undefined),
    living$: id$.pipe(
      switchMap((id) => {
        if (id === undefined) return merge(of(id), picked$.pipe(ignoreElements()))
        if (id === '') return of(null)
        return placeOf(id).living$.pipe(
          switchMap((living) => (living ? merge(of(living), leaving$(living)) : of(living))),
        )
      }),
    ),
    async reach() {
      if (id$.value === undefined) await firstValueFrom(merge(picked$, refused$))
      if (!id$.value) await (making ??= make().finally(() => (making = undefined)))
    },
  }
}
