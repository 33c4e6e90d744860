import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../wire/api-error.ts'
import type { BodyBudget, BodyShare } from './body-budget.ts'

/** Reads request bodies, after the key has been checked. */
export interface BodyReader {
  /** Sends `100 Continue` to a client that waits for it. Call it before `read`. */
  sendContinue(request: FastifyRequest, reply: FastifyReply): void
  /** @throws ApiError if the body is too large, not UTF-8, not declared as JSON, or exceeds the budget. */
  read(request: FastifyRequest, body: IncomingMessage): Promise<string>
  /** Releases the budget share of the body. Call it when the handler starts: until then, the request may be waiting. */
  releaseShare(request: FastifyRequest): void
}

const json = /^application\/(?:[\w.+-]+\+)?json\b/i
const firstBytes = 1024
const empty = Buffer.alloc(0)

export function createBodyReader(budget: BodyBudget): BodyReader {
  return {
    sendContinue: (request, { raw }) => {
      if (!isAwaitingContinue(request)) return
      if (getContentLength(request) > getLimit(request)) throw tooLarge(request)
      raw.writeContinue()
    },
    read: async (request, body) => {
      if (getContentLength(request) > getLimit(request)) throw tooLarge(request)
      const share = budget.open(getSender(request))
      try {
        const text = decode(await collect(body, { request, share }), request)
        request.bodyShare = share
        return text
      } catch (error) {
        share.release()
        throw error
      }
    },
    releaseShare: (request) => {
      request.bodyShare?.release()
    },
  }
}

/** Whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1). */
export function isAwaitingContinue({ headers, raw }: FastifyRequest): boolean {
  return headers.expect !== undefined && /^100-continue$/i.test(headers.expect) && raw.httpVersion === '1.1'
}

function getSender({ bot, claims }: FastifyRequest): string | undefined {
  return claims && `${bot.record.rowId} ${claims.userId}`
}

function getLimit({ routeOptions }: FastifyRequest): number {
  return routeOptions.bodyLimit
}

/** NaN without a `content-length` header. */
function getContentLength({ headers }: FastifyRequest): number {
  return Number(headers['content-length'])
}

/**
 * Copies chunks into one growing buffer: as separate chunks, a body that arrives byte by byte would occupy a hundred
 * times its size.
 */
function collect(
  body: IncomingMessage,
  { request, share }: { request: FastifyRequest; share: BodyShare },
): Promise<Buffer> {
  const limit = getLimit(request)
  const declared = getContentLength(request)
  let bytes: Buffer = empty
  let length = 0

  const append = (chunk: Buffer): void => {
    const needed = length + chunk.length
    if (needed > limit) throw tooLarge(request)
    if (needed === declared && length === 0) {
      // Most bodies arrive in one chunk, which needs no copy.
      share.grow(needed)
      bytes = chunk
      length = needed
      return
    }
    if (needed > bytes.length) {
      const size = Math.max(needed, Math.min(limit, Math.max(firstBytes, 2 * bytes.length)))
      share.grow(size - bytes.length)
      const larger = Buffer.allocUnsafe(size)
      bytes.copy(larger, 0, 0, length)
      bytes = larger
    }
    chunk.copy(bytes, length)
    length = needed
  }

  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        append(chunk)
      } catch (error) {
        finish()
        bytes = empty
        // Discards the rest of the body.
        body.resume()
        reject(error)
      }
    }
    const onEnd = (): void => {
      finish()
      resolve(bytes.length === length ? bytes : bytes.subarray(0, length))
    }
    const onClosed = (): void => {
      finish()
      reject(
        new ApiError(
          'InvalidDataFormat',
          'Unable to read the body; the connection closed before its end. Send it again.',
        ),
      )
    }
    const finish = (): void => {
      body.off('data', onData).off('end', onEnd).off('error', onClosed).off('close', onClosed)
      body.on('error', () => {})
    }
    body.on('data', onData).on('end', onEnd).on('error', onClosed).on('close', onClosed)
  })
}

function decode(bytes: Buffer, request: FastifyRequest): string {
  const type = request.headers['content-type']
  if (bytes.length > 0 && type !== undefined && !json.test(type)) {
    throw new ApiError(
      'UnsupportedMediaType',
      'Unable to read the body; its content-type is not JSON. Send it as application/json.',
    )
  }
  if (!isUtf8(bytes))
    throw new ApiError(
      'InvalidPayload',
      'Unable to read the body; it is not valid UTF-8. Encode it as UTF-8.',
    )
  return bytes.toString()
}

function tooLarge(request: FastifyRequest): ApiError {
  const limit = getLimit(request) / 1024
  const size = limit >= 1024 ? `${limit / 1024} MiB` : `${limit} KiB`
  return new ApiError(
    'PayloadTooLarge',
    `Unable to accept the body; it is larger than the limit of ${size}. Send less.`,
  )
}
