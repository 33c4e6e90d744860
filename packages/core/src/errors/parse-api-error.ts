import { errorTypes, type ErrorType } from '../contract/error-types.ts'

export interface ParsedApiError {
  type: ErrorType
  status: number
  id: string | undefined
  message: string
}

/**
 * Parses the body of a response as an error of the API; returns undefined if it is not one.
 *
 * The hosted service omits fields, and sends some errors with HTTP 200. A known `type` or an HTTP status as `code`
 * marks an error of the API. Bodies from load balancers and gateways, such as `{ "message": "Forbidden" }`, have
 * neither.
 */
export function parseApiError(body: Record<string, unknown>, httpStatus: number): ParsedApiError | undefined {
  const { type, code, id, message } = body
  const hasCode = typeof code === 'number' && code >= 400 && code < 600
  const knownType = typeof type === 'string' && isErrorType(type) ? type : undefined
  if (!hasCode && !knownType) return undefined

  const typeStatus = knownType ? errorTypes[knownType].status : 500
  const status = hasCode ? code : httpStatus < 400 ? typeStatus : httpStatus
  return {
    type: knownType ?? typeForStatus(status),
    status,
    id: typeof id === 'string' ? id : undefined,
    message:
      typeof message === 'string' && message
        ? message
        : `the server responded with ${status} and gave no reason.`,
  }
}

function isErrorType(name: string): name is ErrorType {
  return Object.hasOwn(errorTypes, name)
}

/** In the catalog, the most general type of each status comes first. */
function typeForStatus(status: number): ErrorType {
  const types = Object.keys(errorTypes).filter(isErrorType)
  return types.find((type) => errorTypes[type].status === status) ?? (status < 500 ? 'Runtime' : 'Unknown')
}
