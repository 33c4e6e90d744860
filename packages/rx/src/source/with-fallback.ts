import { defer, switchMap, type Observable } from 'rxjs'
import type { SourceItem } from './conversation-source.ts'

/** Switches to the fallback if the user's stream closes before it was open: the server does not support it. */
export function withFallback(
  items$: Observable<SourceItem>,
  createFallback: () => Observable<SourceItem>,
): Observable<SourceItem> {
  return defer(() => {
    let wasOpen = false
    return items$.pipe(
      switchMap((item) => {
        wasOpen ||= item.type === 'ready'
        return !wasOpen && item.type === 'status' && item.status.state === 'closed'
          ? createFallback()
          : [item]
      }),
    )
  })
}
