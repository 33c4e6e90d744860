import type { IncomingMessage } from 'node:http'

type RequestLine = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** Returns the path and query of a request target, which may be a whole URL (RFC 9112, 3.2.2). */
function getPath(url = '/'): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
}

/** Returns the first segment of the path, decoded; an empty string if there is none. */
export function parseWebhookId(url: string | undefined): string {
  const [, segment = ''] = /^\/([^/?#]*)/.exec(getPath(url)) ?? []
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Returns the path for the router, with deviations of known clients corrected. */
export function normalizePath({ method, url, headers }: RequestLine): string {
  const path = getPath(url)
  // A base URL with a trailing slash results in an empty segment after the webhook id.
  const normalized = path.includes('//') ? path.replace(/^(\/[^/]+)\/\//, '$1/') : path
  // The official client does not encode the id in `listenConversation`: to the router, the stream of a conversation
  // `a/participants` is the participant `listen` of `a`.
  return method === 'GET' && headers.accept?.includes('text/event-stream')
    ? normalized.replace(
        /^(\/[^/]+\/conversations\/[^/?#]+)\/participants\/listen(?=\/?(?:[?#]|$))/,
        '$1%2Fparticipants/listen',
      )
    : normalized
}
