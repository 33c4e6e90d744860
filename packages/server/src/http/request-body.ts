import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../wire/api-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's share of the body budget, until the handler starts. */
    bodyShare: BodyShare | undefined
  }
}

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
      // Its end would never come.
      if (body.readableDidRead)
        throw new Error(
          'Unable to read the body; a handler of the embedding program has read it. ' +
            'Call chat.nodeHandlers.request before handlers that read bodies.',
        )
      if (body.readableEnded) return ''
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

/** The memory of one incomplete body. */
interface BodyShare {
  /** @throws ApiError if this exceeds the budget. */
  grow(bytes: number): void
  release(): void
}

/** Limits the memory of all incomplete bodies: leaving requests unfinished costs clients almost nothing. */
export interface BodyBudget {
  /** @param sender - The user who sends the body; undefined for callers without a key, who share one limit. */
  open(sender: string | undefined): BodyShare
}

const mebibyte = 1024 * 1024
const defaultTotalBytes = 64 * mebibyte
const defaultUserBytes = 8 * mebibyte
const defaultKeylessBytes = 16 * mebibyte

export interface BodyBudgetOptions {
  readonly totalBytes?: number
  readonly userBytes?: number
  readonly keylessBytes?: number
}

export function createBodyBudget(options: BodyBudgetOptions = {}): BodyBudget {
  const { totalBytes = defaultTotalBytes } = options
  const { userBytes = defaultUserBytes, keylessBytes = defaultKeylessBytes } = options
  const bySender = new Map<string | undefined, number>()
  let total = 0

  const add = (sender: string | undefined, bytes: number): void => {
    total += bytes
    const senderBytes = (bySender.get(sender) ?? 0) + bytes
    if (senderBytes === 0) bySender.delete(sender)
    else bySender.set(sender, senderBytes)
  }

  return {
    open: (sender) => {
      let shareBytes = 0
      return {
        grow: (bytes) => {
          if (total + bytes > totalBytes) throw budgetExceeded()
          const senderBytes = (bySender.get(sender) ?? 0) + bytes
          if (sender === undefined && senderBytes > keylessBytes) throw budgetExceeded()
          if (sender !== undefined && senderBytes > userBytes) throw userBudgetExceeded()
          shareBytes += bytes
          add(sender, bytes)
        },
        release: () => {
          if (shareBytes > 0) add(sender, -shareBytes)
          shareBytes = 0
        },
      }
    },
  }
}

function budgetExceeded(): ApiError {
  return new ApiError(
    'Unavailable',
    'Unable to read the body; the server is receiving too many large bodies. Try again in a moment.',
  )
}

function userBudgetExceeded(): ApiError {
  return new ApiError(
    'RateLimited',
    'Unable to read the body; this user is sending too many large bodies at once. Send fewer at a time.',
  )
}

const kibibyte = 1024

/** The largest body of any route, as specified by the API. */
export const maxBodyBytes: number = 1024 * kibibyte
/** For routes that read only ids, or no body. */
const smallBodyBytes = 16 * kibibyte

/** By body schema. A user's fields have at most 3,304 characters of up to 12 bytes each if escaped. */
const limits: Readonly<Record<string, number>> = {
  CreateUserBody: 64 * kibibyte,
  UserFieldsBody: 64 * kibibyte,
  CreateMessageBody: maxBodyBytes,
  CreateEventBody: maxBodyBytes,
}

/** The body limit of a route, in bytes. */
export function getBodyLimit(schema: string | undefined): number {
  return limits[schema ?? ''] ?? smallBodyBytes
}
