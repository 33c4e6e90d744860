import type { IncomingMessage } from 'node:http'

type RequestLine = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** Returns the path and query of a request target, which may be a whole URL (RFC 9112, 3.2.2), below the base path. */
function getPath(url = '/', basePath = ''): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
  if (basePath === '' || !path.startsWith(basePath)) return path
  const rest = path.slice(basePath.length)
  return /^(?:$|[/?#])/.test(rest) ? rest.replace(/^(?!\/)/, '/') : path
}

/** Returns the first segment of the path below the base path, decoded; an empty string if there is none. */
export function parseWebhookId(url: string | undefined, basePath?: string): string {
  const [, segment = ''] = /^\/([^/?#]*)/.exec(getPath(url, basePath)) ?? []
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Returns the path for the router, with deviations of known clients corrected. */
export function normalizePath({ method, url, headers }: RequestLine, basePath?: string): string {
  const path = getPath(url, basePath)
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
