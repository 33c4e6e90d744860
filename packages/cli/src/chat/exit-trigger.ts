import { defer, fromEvent, merge, type Observable, of, switchMap, take } from 'rxjs'
import type { ChatSession } from './chat-mode.ts'

/**
 * Emits when the user has left, and what is on its way has had its moment to arrive: told by a signal of the process, by `leave$`,
 * or by a stdout that nobody reads any more, such as a pipe to `head`.
 */
export function createExitTrigger(
  { io, waitForDelivery: settle }: ChatSession,
  leave$: Observable<unknown>,
): Observable<unknown> {
  const stopped$ = defer(() => (io.signal.aborted ? of(undefined) : fromEvent(io.signal, 'abort')))
  return merge(leave$, stopped$, fromEvent(io.stdout, 'error')).pipe(
    take(1),
    switchMap(() => settle()),
  )
}
