/** Where on the page somebody is. It stands in the address, behind the `#`. */
export type Route =
  /** Nowhere yet: the page picks. */
  { page: 'start' } | { page: 'conversations' } | { page: 'conversation'; id: string } | { page: 'layers' }

/** Reads an address such as `#/c/<id>`; what it does not know is the list of conversations. */
export function routeOf(hash: string): Route {
  const [, page = '', id = ''] = hash.replace(/^#/, '').split('/')
  if (page === 'layers') return { page }
  if (page === 'c' && id !== '') return { page: 'conversation', id: decode(id) }
  return { page: hash === '' ? 'start' : 'conversations' }
}

export function hrefOf(route: Route): string {
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

/** People edit addresses. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
