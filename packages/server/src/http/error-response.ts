import type { WireErrorType } from '@parley/core/contract'
import { ApiError, createErrorBody, type ErrorBody } from '../wire/api-error.ts'

export function unknownRoute(): ApiError {
  return new ApiError(
    'ResourceNotFound',
    'Unable to find this route; it is not part of the API. Check the base URL and the path.',
  )
}

/** Errors that Fastify throws before a handler runs, by Fastify's code. */
const fastifyErrors: Record<string, [WireErrorType, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UnsupportedMediaType',
    'Unable to read the body; its content-type is malformed. Send it as application/json.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'InvalidPayload',
    'Unable to read the body; its length differs from content-length. Correct the header.',
  ],
  FST_ERR_BAD_URL: [
    'InvalidIdentifier',
    'Unable to read the path; its percent-encoding is malformed. Encode ids with encodeURIComponent.',
  ],
  FST_ERR_ASYNC_CONSTRAINT: [
    'ResourceNotFound',
    'Unable to find this route; it is not part of the API. Check the base URL and the path.',
  ],
}

/**
 * Converts a thrown value to a response body. The text of an unexpected error goes to the log only.
 *
 * @returns `isInternal` is true for unexpected errors, which must be logged.
 */
export function toErrorResponse(error: unknown): { body: ErrorBody; isInternal: boolean } {
  if (error instanceof ApiError)
    return { body: createErrorBody(error.type, error.message), isInternal: false }
  const known = fastifyErrors[getCode(error)]
  if (known) return { body: createErrorBody(...known), isInternal: false }
  if (isRequestError(error)) {
    return {
      body: createErrorBody(
        'InvalidDataFormat',
        'Unable to read the request; it is incomplete or malformed. Send it again.',
      ),
      isInternal: false,
    }
  }
  const internal = createErrorBody(
    'Internal',
    'Unable to process the request; an unexpected error occurred. Look for this id in the server log.',
  )
  return { body: internal, isInternal: true }
}

function getCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** Fastify sets a 4xx status on errors that the request caused. */
function isRequestError(error: unknown): boolean {
  if (getCode(error) === 'ECONNRESET') return true
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500
}
