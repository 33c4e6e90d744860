import type {
  Operation,
  OperationInput,
  OperationItem,
  PagedOperationName,
} from '../contract/operation-types.ts'
import { operations, type OperationName, type Operations } from '../contract/operations.ts'
import type { NoSchemas } from '../custom-types/custom-schemas.ts'
import type { CustomInput, CustomResult, WithCustomTypes } from '../custom-types/custom-types.ts'
import { isObject } from '../http/read-answer.ts'
import type { UserKey } from '../http/user-key.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'

/** A method for one operation: what it takes is one flat object, to be left out where nothing in it is required. */
export type Method<Name extends OperationName, Schemas = NoSchemas> =
  Record<never, never> extends OperationInput<Name>
    ? (input?: Input<Name, Schemas>, options?: CallOptions) => Promise<CustomResult<Name, Schemas>>
    : (input: Input<Name, Schemas>, options?: CallOptions) => Promise<CustomResult<Name, Schemas>>

type Input<Name extends OperationName, Schemas> = keyof OperationInput<Name> extends never
  ? Record<string, never>
  : CustomInput<Name, Schemas>

/** A method that answers one page, and with `all` every item of all pages. */
export type PagedMethod<Name extends PagedOperationName, Schemas = NoSchemas> = Method<Name, Schemas> & {
  /**
   * Every item, page by page: the next page is asked for when the last item of the one before was taken.
   *
   * @throws ChatError as the method itself does, where a page fails.
   */
  all: (
    ...args: Parameters<Method<Name, Schemas>>
  ) => AsyncIterable<WithCustomTypes<OperationItem<Name>, Schemas>>
}

/** The operations of a user, as methods. */
export type Methods<Schemas = NoSchemas> = {
  readonly [
    Name in keyof Operations as Name extends 'createUser' | 'listenConversation' ? never : Name
  ]: Name extends PagedOperationName ? PagedMethod<Name, Schemas> : Method<Name, Schemas>
}

type PlainMethod = (input?: object, options?: CallOptions) => Promise<object>

/** Builds a method for every operation of a user that answers once. */
export function createMethods<Schemas>(client: Client, userKey: UserKey): Methods<Schemas> {
  const methods: Record<string, PlainMethod> = {}
  for (const name of Object.keys(operations) as OperationName[]) {
    const operation: Operation = operations[name]
    if (operation.stream || operation.access === 'anyone') continue

    const method: PlainMethod = (input = {}, options = {}) =>
      client.call(name, input, { ...options, userKey })
    methods[name] = operation.listKey
      ? Object.assign(method, { all: pages(method, operation.listKey) })
      : method
  }
  // The type is mapped from the table that the loop went over.
  return methods as unknown as Methods<Schemas>
}

function pages(method: PlainMethod, items: string) {
  return async function* all(input: object = {}, options?: CallOptions): AsyncGenerator<unknown, void> {
    let nextToken: unknown
    for (;;) {
      const page: Record<string, unknown> = {
        ...(await method(nextToken ? { ...input, nextToken } : input, options)),
      }
      const list: unknown = page[items]
      for (const item of Array.isArray(list) ? list : []) {
        options?.signal?.throwIfAborted()
        yield item
      }
      const token = isObject(page['meta']) ? page['meta']['nextToken'] : undefined
      // A server that names the same page again would never end.
      if (!token || token === nextToken) return
      nextToken = token
    }
  }
}
