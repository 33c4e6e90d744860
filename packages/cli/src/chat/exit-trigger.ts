import { defer, fromEvent, merge, type Observable, of, switchMap, take } from 'rxjs'
import type { ChatSession } from './chat-mode.ts'

/**
 * Emits once when the chat must end, after waiting for messages in flight. The triggers are `exit$`, a signal of the
 * process, and a closed stdout, such as a pipe to `head`.
 */
export function createExitTrigger(
  { io, waitForDelivery }: ChatSession,
  exit$: Observable<unknown>,
): Observable<unknown> {
  const aborted$ = defer(() => (io.signal.aborted ? of(undefined) : fromEvent(io.signal, 'abort')))
  return merge(exit$, aborted$, fromEvent(io.stdout, 'error')).pipe(
    take(1),
    switchMap(() => waitForDelivery()),
  )
}
