import { isChatError, type User } from '@parley/core'
import {
  distinctUntilChanged,
  distinctUntilKeyChanged,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  share,
  switchMap,
  tap,
} from 'rxjs'
import { getListingInfo } from '../source/listing-info.ts'
import { runOnTrigger } from '../time/run-on-trigger.ts'
import { createReducedState } from '../time/state.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { ParticipantsState } from './live-conversation.ts'
import type { SourceConnection } from './source-connection.ts'

export interface Participants {
  /** Lists the participants while subscribed. */
  readonly participants$: Observable<ParticipantsState>
  add: (userId: string) => Promise<User>
  remove: (userId: string) => Promise<void>
}

/** A change that the server has confirmed. */
type Change = { type: 'added'; user: User } | { type: 'removed'; userId: string }

type Action =
  | Change
  /** `precedingCount`: the number of changes before the request, which the list therefore contains. */
  | { type: 'listed'; users: readonly User[]; precedingCount: number }
  | { type: 'failed'; error: unknown }

interface State {
  readonly displayed: ParticipantsState
  readonly changes: readonly Change[]
}

/** Lists the participants after each possible gap, and after each participant signal, as these contain only ids. */
export function createParticipants(
  context: ConversationContext,
  { connection$, signals$ }: Pick<SourceConnection, 'connection$' | 'signals$'>,
): Participants {
  const { me, id, timeline } = context
  const state = createReducedState(reduceParticipants, {
    displayed: { participants: [], isLoading: true },
    changes: [],
  })

  async function list(signal: AbortSignal): Promise<Action> {
    const precedingCount = state.value.changes.length
    const users: User[] = []
    const { pageLimit } = await getListingInfo(me, { limit: 100, signal })
    const listed = me.listParticipants.all({ conversationId: id, ...pageLimit }, { signal })
    for await (const user of listed) users.push(user)
    return { type: 'listed', users, precedingCount }
  }

  const trigger$ = merge(
    connection$.pipe(
      distinctUntilKeyChanged('isSynced'),
      filter(({ isSynced }) => isSynced),
    ),
    signals$.pipe(filter(({ type }) => type.startsWith('participant_'))),
  )
  const fail = (error: unknown): Observable<Action> => of({ type: 'failed', error })
  const closed$ = connection$.pipe(
    filter((connection) => connection.state === 'closed'),
    switchMap(({ cause }) => fail(cause)),
  )
  const listing$ = merge(runOnTrigger(context, { trigger$, work: list, onFailure: fail }), closed$).pipe(
    tap((action) => {
      if (action.type === 'listed') timeline.dispatch({ type: 'senders_loaded', senders: action.users })
      state.dispatch(action)
    }),
    ignoreElements(),
    share(),
  )

  return {
    participants$: merge(
      state.value$.pipe(
        map(({ displayed }) => displayed),
        distinctUntilChanged(),
      ),
      listing$,
    ),
    async add(userId) {
      const { participant } = await me.addParticipant({ conversationId: id, userId })
      timeline.dispatch({ type: 'senders_loaded', senders: [participant] })
      state.dispatch({ type: 'added', user: participant })
      return participant
    },
    async remove(userId) {
      await me.removeParticipant({ conversationId: id, userId })
      state.dispatch({ type: 'removed', userId })
    },
  }
}

function reduceParticipants({ displayed, changes }: State, action: Action): State {
  switch (action.type) {
    case 'listed': {
      const later = changes.slice(action.precedingCount)
      return {
        displayed: { participants: later.reduce(applyChange, action.users), isLoading: false },
        changes,
      }
    }
    case 'failed': {
      const { error } = action
      const { participants } = displayed
      return { displayed: { participants, isLoading: false, ...(isChatError(error) && { error }) }, changes }
    }
    case 'added':
    case 'removed':
      return {
        displayed: displayed.isLoading
          ? displayed
          : { ...displayed, participants: applyChange(displayed.participants, action) },
        changes: [...changes, action],
      }
  }
}

function applyChange(users: readonly User[], change: Change): readonly User[] {
  if (change.type === 'removed') return users.filter(({ id }) => id !== change.userId)
  const { user } = change
  const isKnown = users.some(({ id }) => id === user.id)
  return isKnown ? users.map((known) => (known.id === user.id ? user : known)) : [...users, user]
}
