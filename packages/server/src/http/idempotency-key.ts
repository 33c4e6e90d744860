import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../domain/api-error.ts'
import type { IdempotencyKey } from '../domain/idempotency.ts'

const maxLength = 255

/**
 * Reads the `Idempotency-Key` of a POST. Only hashes of it and of the request are kept: each is salted with the key, which nobody but
 * its sender knows.
 *
 * @throws ApiError of type `InvalidPayload` for a key that is empty, too long, or there twice.
 */
export function onceOf(request: FastifyRequest, operation: string): IdempotencyKey | undefined {
  const given = request.headers['idempotency-key']
  if (given === undefined || request.method !== 'POST') return undefined
  if (request.raw.headersDistinct['idempotency-key']?.length !== 1) {
    throw new ApiError('InvalidPayload', 'Unable to use the Idempotency-Key; it must be there once.')
  }
  const key = String(given)
  if (key === '' || key.length > maxLength) {
    throw new ApiError(
      'InvalidPayload',
      `Unable to use the Idempotency-Key; it must have 1 to ${maxLength} characters.`,
    )
  }
  const asked = [key, operation, JSON.stringify(request.params), request.body ?? '']
  return {
    key: hash('sha256', JSON.stringify([key, operation]), 'base64url').slice(0, keyLength),
    fingerprint: hash('sha256', JSON.stringify(asked), 'base64url').slice(0, keyLength),
  }
}

/** 132 bits. */
const keyLength = 22
