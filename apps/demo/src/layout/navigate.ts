import { toHref, type Route } from './route.ts'

/** Navigates to a route. `shouldReplace` replaces the current history entry. */
export function navigate(route: Route, { shouldReplace = false }: { shouldReplace?: boolean } = {}): void {
  if (shouldReplace) location.replace(toHref(route))
  else location.assign(toHref(route))
}
