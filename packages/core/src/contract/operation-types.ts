import type { InferNamed } from './infer.ts'
import type { OperationName, Operations } from './operations.ts'
import type { SchemaName } from './schemas.ts'

/** An entry in the table of operations. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly access:
    | 'anyone'
    | 'key'
    | 'user'
    | 'participant'
    | 'owner'
    | 'sender'
    | 'ownerOrNew'
    | 'ownerOrSelf'
  readonly body?: SchemaName
  readonly query?: SchemaName
  readonly status: 200 | 201 | 204
  readonly result?: SchemaName
  readonly stream?: SchemaName
  readonly resultKey?: string
  readonly listKey?: string
}

/** The names of the parameters in a path, such as `id` in `/conversations/{id}`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never

/** The input of an operation: path parameters, query and body in one flat object. */
export type OperationInput<Name extends OperationName> = Flat<
  Record<PathParameter<Operations[Name]['path']>, string> & InferPart<Name, 'query'> & InferPart<Name, 'body'>
>

/** The result of an operation, as JSON. */
export type OperationResult<Name extends OperationName> = Operations[Name] extends {
  readonly result: infer Result extends SchemaName
}
  ? InferNamed<Result>
  : never

/** The operations that return a page of a list. */
export type PagedOperationName = {
  [Name in OperationName]: Operations[Name] extends { readonly listKey: string } ? Name : never
}[OperationName]

/** An item of the list that a paged operation returns. */
export type OperationItem<Name extends PagedOperationName> = Operations[Name] extends {
  readonly listKey: infer ListKey extends string
}
  ? OperationResult<Name> extends Record<ListKey, (infer Item)[]>
    ? Item
    : never
  : never

type InferPart<Name extends OperationName, Part extends 'query' | 'body'> = Operations[Name] extends {
  readonly [Key in Part]: infer Schema extends SchemaName
}
  ? InferNamed<Schema>
  : unknown

type Flat<T> = { [Key in keyof T]: T[Key] }
