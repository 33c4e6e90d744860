import { useMemo, useSyncExternalStore } from 'react'

/** The current page, as stored in the URL fragment. `layers`: the same chat with each package. */
export type Route =
  /** No fragment yet; the app selects a page. */
  { page: 'start' } | { page: 'conversations' } | { page: 'conversation'; id: string } | { page: 'layers' }

/** Parses a fragment such as `#/c/<id>`. Unknown fragments lead to the conversation list. */
export function parseRoute(hash: string): Route {
  const [, page = '', id = ''] = hash.replace(/^#/, '').split('/')
  if (page === 'layers') return { page }
  if (page === 'c' && id !== '') return { page: 'conversation', id: decode(id) }
  return { page: hash === '' ? 'start' : 'conversations' }
}

export function toHref(route: Route): string {
  switch (route.page) {
    case 'start':
    case 'conversations':
      return '#/'
    case 'conversation':
      return `#/c/${encodeURIComponent(route.id)}`
    case 'layers':
      return '#/layers'
  }
}

/** Users edit URLs, so the encoding may be invalid. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Navigates to a route. `shouldReplace` replaces the current history entry. */
export function navigate(route: Route, { shouldReplace = false }: { shouldReplace?: boolean } = {}): void {
  if (shouldReplace) location.replace(toHref(route))
  else location.assign(toHref(route))
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribeToHash, () => location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

function subscribeToHash(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}
