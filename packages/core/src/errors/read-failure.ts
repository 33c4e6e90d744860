import { errorTypes, type ErrorType } from '../contract/error-types.ts'

export interface Failure {
  type: ErrorType
  status: number
  id: string | undefined
  message: string
}

/**
 * Reads an answer's body as a failure of the API; undefined if it is none.
 *
 * The hosted service leaves out fields, and answers some failures with HTTP 200. A known `type` or an HTTP status as `code`
 * make a failure the API's own: what a load balancer or a gateway answers (such as `{ "message": "Forbidden" }`) has neither.
 */
export function readFailure(body: Record<string, unknown>, httpStatus: number): Failure | undefined {
  const { type, code, id, message } = body
  const hasCode = typeof code === 'number' && code >= 400 && code < 600
  const knownType = typeof type === 'string' && isErrorType(type) ? type : undefined
  if (!hasCode && !knownType) return undefined

  const ofType = knownType ? errorTypes[knownType].status : 500
  const status = hasCode ? code : httpStatus < 400 ? ofType : httpStatus
  return {
    type: knownType ?? typeOf(status),
    status,
    id: typeof id === 'string' ? id : undefined,
    message:
      typeof message === 'string' && message ? message : `the server answered ${status} without reason.`,
  }
}

function isErrorType(name: string): name is ErrorType {
  return Object.hasOwn(errorTypes, name)
}

/** The catalogue names the most general type of each status first. */
function typeOf(status: number): ErrorType {
  const types = Object.keys(errorTypes).filter(isErrorType)
  return types.find((type) => errorTypes[type].status === status) ?? (status < 500 ? 'Runtime' : 'Unknown')
}
