import { hrefOf, type Route } from './route.ts'

/** Goes there. `isReplaced`: in place of where one was, so that the way back leads further back. */
export function goTo(route: Route, { isReplaced = false }: { isReplaced?: boolean } = {}): void {
  if (isReplaced) location.replace(hrefOf(route))
  else location.assign(hrefOf(route))
}
