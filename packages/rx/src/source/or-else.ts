import { defer, switchMap, type Observable } from 'rxjs'
import type { SourceItem } from './conversation-source.ts'

/** The items of the user's stream, or others where it is closed before it was ever open: the server has no such stream. */
export function orElse(
  items$: Observable<SourceItem>,
  others: () => Observable<SourceItem>,
): Observable<SourceItem> {
  return defer(() => {
    let isOpen = false
    return items$.pipe(
      switchMap((item) => {
        isOpen ||= item.type === 'ready'
        return !isOpen && item.type === 'status' && item.status.state === 'closed' ? others() : [item]
      }),
    )
  })
}
