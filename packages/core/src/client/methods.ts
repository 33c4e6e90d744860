import type {
  Operation,
  OperationInput,
  OperationItem,
  PagedOperationName,
} from '../contract/operation-types.ts'
import { operations, type OperationName, type Operations } from '../contract/operations.ts'
import type { NoSchemas } from '../custom-types/custom-types.ts'
import type { CustomInput, CustomResult, WithCustomTypes } from '../custom-types/custom-types.ts'
import type { CallOptions, UserKey } from '../http/send-request.ts'
import { throwIfAborted } from '../time/clock.ts'
import type { Client } from './client.ts'

/** The method of one operation. Its input is one flat object, which is optional if no field is required. */
export type Method<Name extends OperationName, Schemas = NoSchemas> =
  Record<never, never> extends OperationInput<Name>
    ? (input?: Input<Name, Schemas>, options?: CallOptions) => Promise<CustomResult<Name, Schemas>>
    : (input: Input<Name, Schemas>, options?: CallOptions) => Promise<CustomResult<Name, Schemas>>

type Input<Name extends OperationName, Schemas> = keyof OperationInput<Name> extends never
  ? Record<string, never>
  : CustomInput<Name, Schemas>

/** A method that returns one page; its `all` iterates over the items of all pages. */
export type PagedMethod<Name extends PagedOperationName, Schemas = NoSchemas> = Method<Name, Schemas> & {
  /**
   * Iterates over the items of all pages. Fetches the next page only after the last item of the previous one was
   * consumed.
   *
   * @throws ChatError like the method itself, if a page fails.
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

type UntypedMethod = (input?: object, options?: CallOptions) => Promise<object>

/** Creates the methods of all operations of a user, except streams. */
export function createMethods<Schemas>(client: Client, userKey: UserKey): Methods<Schemas> {
  const methods: Record<string, UntypedMethod> = {}
  for (const name of Object.keys(operations) as OperationName[]) {
    const operation: Operation = operations[name]
    if (operation.stream || operation.access === 'anyone') continue

    const method: UntypedMethod = (input = {}, options = {}) =>
      client.call(name, input, { ...options, userKey })
    methods[name] = operation.listKey
      ? Object.assign(method, { all: createPager(method, operation.listKey) })
      : method
  }
  // The type is derived from the same table.
  return methods as unknown as Methods<Schemas>
}

interface Page extends Record<string, unknown> {
  meta: { nextToken?: string }
}

function createPager(method: UntypedMethod, listKey: string) {
  return async function* all(input: object = {}, options?: CallOptions): AsyncGenerator<unknown, void> {
    let nextToken: string | undefined
    let previous: string | undefined
    do {
      previous = nextToken
      const page = (await method(nextToken ? { ...input, nextToken } : input, options)) as Page
      for (const item of page[listKey] as unknown[]) {
        throwIfAborted(options?.signal)
        yield item
      }
      nextToken = page.meta.nextToken
      // A repeated `nextToken` would loop forever.
    } while (nextToken && nextToken !== previous)
  }
}
