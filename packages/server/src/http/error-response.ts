import { errorTypes, type WireErrorType } from '@parley/core/contract'
import { ApiError } from '../domain/api-error.ts'
import { newId } from '../wire/new-id.ts'

/** A failure as it is answered. */
export interface ErrorBody {
  readonly id: string
  readonly code: number
  readonly type: WireErrorType
  readonly message: string
}

export function createErrorBody(type: WireErrorType, message: string): ErrorBody {
  return { id: newId('err'), code: errorTypes[type].status, type, message }
}

export function unknownRoute(): ApiError {
  return new ApiError('ResourceNotFound', 'Unable to find this route.')
}

/** What Fastify refuses before a handler runs, by its codes. */
const refused: Record<string, [WireErrorType, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UnsupportedMediaType',
    'Unable to read the body; its content-type is malformed. Send it as application/json.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'InvalidPayload',
    'Unable to read the body; content-length does not fit it.',
  ],
  FST_ERR_BAD_URL: ['InvalidIdentifier', 'Unable to read the path; its percent-encoding is broken.'],
  FST_ERR_ASYNC_CONSTRAINT: ['ResourceNotFound', 'Unable to find this route.'],
}

/**
 * Turns whatever was thrown into an answer. The text of an unexpected fault stays out of it.
 *
 * @returns `isFault` for what nobody foresaw, and the log has to keep.
 */
export function toErrorResponse(error: unknown): { failure: ErrorBody; isInternal: boolean } {
  if (error instanceof ApiError)
    return { failure: createErrorBody(error.type, error.message), isInternal: false }
  const known = refused[codeOf(error)]
  if (known) return { failure: createErrorBody(...known), isInternal: false }
  if (isRequestBroken(error)) {
    return {
      failure: createErrorBody(
        'InvalidDataFormat',
        'Unable to read the request; it was cut off or is malformed.',
      ),
      isInternal: false,
    }
  }
  const fault = createErrorBody(
    'Internal',
    'Unable to answer; the server failed. Its log has the reason under this id.',
  )
  return { failure: fault, isInternal: true }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** Fastify marks what it blames on the request with a status of its own. */
function isRequestBroken(error: unknown): boolean {
  if (codeOf(error) === 'ECONNRESET') return true
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500
}
