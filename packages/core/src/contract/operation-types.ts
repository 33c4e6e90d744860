import type { InferNamed } from './infer.ts'
import type { OperationName, Operations } from './operations.ts'
import type { SchemaName } from './schemas.ts'

/** The form of one entry in the table of operations. */
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

/** The names of the parameters in a path such as `/conversations/{id}`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never

/** What the caller of an operation passes: path parameters, query and body in one flat object. */
export type OperationInput<Name extends OperationName> = Flat<
  Record<PathParameter<Operations[Name]['path']>, string> & Named<Name, 'query'> & Named<Name, 'body'>
>

/** What an operation answers, as JSON. */
export type OperationResult<Name extends OperationName> = Operations[Name] extends {
  readonly result: infer Result extends SchemaName
}
  ? InferNamed<Result>
  : never

/** The operations that answer one page of a list. */
export type PagedOperationName = {
  [Name in OperationName]: Operations[Name] extends { readonly listKey: string } ? Name : never
}[OperationName]

/** One item of the list that a paged operation answers. */
export type OperationItem<Name extends PagedOperationName> = Operations[Name] extends {
  readonly listKey: infer Items extends string
}
  ? OperationResult<Name> extends Record<Items, (infer Item)[]>
    ? Item
    : never
  : never

type Named<Name extends OperationName, Part extends 'query' | 'body'> = Operations[Name] extends {
  readonly [Key in Part]: infer Schema extends SchemaName
}
  ? InferNamed<Schema>
  : unknown

type Flat<T> = { [Key in keyof T]: T[Key] }
