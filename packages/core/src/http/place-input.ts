import type { Operation } from '../contract/operation-types.ts'
import { unableTo } from '../errors/unable-to.ts'

export interface PlacedInput {
  path: string
  query: Record<string, string>
  body: string | undefined
}

/** Puts each field of an operation's flat input where it belongs: into the path, else the query of a GET or the JSON body. */
export function placeInput(name: string, operation: Operation, input: Record<string, unknown>): PlacedInput {
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

/** An empty segment, or one of dots, would make it the path of another operation. */
function pathSegment(name: string, field: string, value: unknown): string {
  if (typeof value === 'string' && /[^.]/.test(value)) return encodeURIComponent(value)
  throw unableTo(name, 'InvalidIdentifier', `"${field}" is not an id.`)
}

function toJson(name: string, value: object): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw unableTo(name, 'InvalidPayload', 'the input cannot be JSON.', { cause })
  }
}
