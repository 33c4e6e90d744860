import type { Operation } from '../contract/operation-types.ts'
import { operationError } from '../errors/operation-error.ts'

export interface RequestParts {
  path: string
  query: Record<string, string>
  body: string | undefined
}

/** Distributes the fields of an operation's flat input over the path, the query of a GET and the JSON body. */
export function buildRequest(
  name: string,
  operation: Operation,
  input: Record<string, unknown>,
): RequestParts {
  const rest = { ...input }
  const path = operation.path.replace(/\{(\w+)\}/g, (_, field: string) => {
    delete rest[field]
    return pathSegment(name, field, input[field])
  })

  const isScalar = ([, value]: [string, unknown]): boolean => /^(string|number)$/.test(typeof value)
  const query = operation.query ? Object.entries(rest).filter(isScalar) : []
  return {
    path,
    query: Object.fromEntries(query) as Record<string, string>,
    body: operation.body && toJson(name, rest),
  }
}

/** Rejects an empty segment and segments of dots, which would change the path to that of another operation. */
function pathSegment(name: string, field: string, value: unknown): string {
  if (typeof value === 'string' && /[^.]/.test(value)) return encodeURIComponent(value)
  throw operationError(name, 'InvalidIdentifier', `"${field}" is not a valid id. Check the id.`)
}

function toJson(name: string, value: object): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw operationError(name, 'InvalidPayload', 'the input cannot be converted to JSON; see the cause.', {
      cause,
    })
  }
}
