import type { IncomingMessage } from 'node:http'

type RequestLine = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** The path and query of a request. A proxy may send the whole URL (RFC 9112, 3.2.2). */
function pathOf(url = '/'): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
}

/** The first part of the path, decoded; empty if there is none. */
export function parseWebhookId(url: string | undefined): string {
  const [, segment = ''] = /^\/([^/?#]*)/.exec(pathOf(url)) ?? []
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The path that the router is given: what clients mean, where they write it in another way. */
export function normalizePath({ method, url, headers }: RequestLine): string {
  const path = pathOf(url)
  // One empty segment behind the webhook id: what a base URL with a trailing slash makes of a path.
  const plain = path.includes('//') ? path.replace(/^(\/[^/]+)\/\//, '$1/') : path
  // The official client does not encode the id it listens to: `a/participants` looks like the participant `listen` of `a`.
  return method === 'GET' && headers.accept?.includes('text/event-stream')
    ? plain.replace(
        /^(\/[^/]+\/conversations\/[^/?#]+)\/participants\/listen(?=\/?(?:[?#]|$))/,
        '$1%2Fparticipants/listen',
      )
    : plain
}
