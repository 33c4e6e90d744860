import type { RequestListener } from 'node:http'
import sirv from 'sirv'

/** Forbids external scripts, because messages contain untrusted content. */
const contentSecurityPolicy = [
  "default-src 'self'",
  // Users can choose another server in the settings.
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
      const hasContentHash = path.startsWith('/assets/')
      response.setHeader('cache-control', hasContentHash ? 'public, max-age=31536000, immutable' : 'no-cache')
      response.setHeader('content-security-policy', contentSecurityPolicy)
      response.setHeader('x-content-type-options', 'nosniff')
    },
  })
  return (request, response) => {
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      response.end('Not found. The chat is at /\n')
    })
  }
}
