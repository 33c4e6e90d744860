import type { RequestListener } from 'node:http'
import sirv from 'sirv'

/** Messages come from strangers: whatever one of them smuggles in, no script of theirs runs here. */
const contentSecurityPolicy = [
  "default-src 'self'",
  // The settings take any other server.
  "connect-src 'self' http: https:",
  "img-src 'self' data: http: https:",
  "media-src 'self' data: http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

/**
 * Serves the built page from its precompressed files. Browsers cache assets with hashed names, and revalidate
 * everything else.
 */
export function createPageListener(folder: string): RequestListener {
  const serve = sirv(folder, {
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, path) {
      const isNamedByContent = path.startsWith('/assets/')
      response.setHeader(
        'cache-control',
        isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
      response.setHeader('content-security-policy', contentSecurityPolicy)
      response.setHeader('x-content-type-options', 'nosniff')
    },
  })
  return (request, response) => {
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      response.end('There is nothing here. The chat is at /\n')
    })
  }
}
