import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../domain/api-error.ts'
import type { BodyBudget, BodyShare } from './body-budget.ts'

/** Reads request bodies, after the key has been checked. */
export interface BodyReader {
  /** Call it before reading a body: sends `100 Continue` to a client that waits for it. */
  sendContinue(request: FastifyRequest, reply: FastifyReply): void
  /** @throws ApiError for a body that is too large, not UTF-8, not JSON, or exceeds the budget. */
  read(request: FastifyRequest, body: IncomingMessage): Promise<string>
  /** Call it when the handler starts. Until then the body counts against the budget, as the request may wait. */
  releaseShare(request: FastifyRequest): void
}

const json = /^application\/(?:[\w.+-]+\+)?json\b/i
const firstBytes = 1024
const empty = Buffer.alloc(0)

export function createBodyReader(budget: BodyBudget): BodyReader {
  return {
    sendContinue: (request, { raw }) => {
      if (!isAwaitingContinue(request)) return
      if (lengthOf(request) > limitOf(request)) throw tooLarge(request)
      raw.writeContinue()
    },
    read: async (request, body) => {
      if (lengthOf(request) > limitOf(request)) throw tooLarge(request)
      const share = budget.open(holderOf(request))
      try {
        const text = textOf(await collect(body, { request, share }), request)
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

function holderOf({ bot, claims }: FastifyRequest): string | undefined {
  return claims && `${bot.record.rowId} ${claims.userId}`
}

function limitOf({ routeOptions }: FastifyRequest): number {
  return routeOptions.bodyLimit
}

/** NaN without a `content-length` header. */
function lengthOf({ headers }: FastifyRequest): number {
  return Number(headers['content-length'])
}

/**
 * Copies chunks into one growing buffer: kept as separate chunks, bodies that arrive byte by byte would take a hundred
 * times their size.
 */
function collect(
  body: IncomingMessage,
  { request, share }: { request: FastifyRequest; share: BodyShare },
): Promise<Buffer> {
  const limit = limitOf(request)
  const declared = lengthOf(request)
  let bytes: Buffer = empty
  let length = 0

  const append = (chunk: Buffer): void => {
    const needed = length + chunk.length
    if (needed > limit) throw tooLarge(request)
    if (needed === declared && length === 0) {
      // Complete at once, as most bodies are.
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
        // The rest is discarded as it arrives.
        body.resume()
        reject(error)
      }
    }
    const onEnd = (): void => {
      finish()
      resolve(bytes.length === length ? bytes : bytes.subarray(0, length))
    }
    const onGone = (): void => {
      finish()
      reject(new ApiError('InvalidDataFormat', 'Unable to read the body; it was cut off.'))
    }
    const finish = (): void => {
      body.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      body.on('error', () => {})
    }
    body.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

function textOf(bytes: Buffer, request: FastifyRequest): string {
  const type = request.headers['content-type']
  if (bytes.length > 0 && type !== undefined && !json.test(type)) {
    throw new ApiError('UnsupportedMediaType', 'Unable to read the body; send it as application/json.')
  }
  if (!isUtf8(bytes)) throw new ApiError('InvalidPayload', 'Unable to read the body; it is not valid UTF-8.')
  return bytes.toString()
}

function tooLarge(request: FastifyRequest): ApiError {
  const limit = limitOf(request) / 1024
  const size = limit >= 1024 ? `${limit / 1024} MiB` : `${limit} KiB`
  return new ApiError('PayloadTooLarge', `Unable to accept the body; it is larger than ${size}. Send less.`)
}
