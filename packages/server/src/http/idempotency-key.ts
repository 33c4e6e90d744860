import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { IdempotencyKey } from '../domain/commands.ts'
import { ApiError } from '../wire/api-error.ts'

const maxLength = 255

/**
 * Reads the `Idempotency-Key` of a POST. Only hashes of the key and of the request are stored. Both include the key,
 * which only its sender knows.
 *
 * @throws ApiError of type `InvalidPayload` if the key is empty or too long, or the header occurs twice.
 */
export function readIdempotencyKey(request: FastifyRequest, operation: string): IdempotencyKey | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined || request.method !== 'POST') return undefined
  if (request.raw.headersDistinct['idempotency-key']?.length !== 1) {
    throw new ApiError(
      'InvalidPayload',
      'Unable to use the Idempotency-Key; the header occurs more than once. Send it once.',
    )
  }
  const key = String(header)
  if (key === '' || key.length > maxLength) {
    throw new ApiError(
      'InvalidPayload',
      `Unable to use the Idempotency-Key; it is empty or too long. Use 1 to ${maxLength} characters.`,
    )
  }
  const fingerprinted = [key, operation, JSON.stringify(request.params), request.body ?? '']
  return {
    key: hash('sha256', JSON.stringify([key, operation]), 'base64url').slice(0, keyLength),
    fingerprint: hash('sha256', JSON.stringify(fingerprinted), 'base64url').slice(0, keyLength),
  }
}

/** 132 bits. */
const keyLength = 22
