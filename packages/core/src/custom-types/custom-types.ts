import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Event, Message } from '../contract/models.ts'
import type { OperationInput, OperationResult } from '../contract/operation-types.ts'
import type { OperationName } from '../contract/operations.ts'
import type { NoSchemas } from './custom-schemas.ts'

/** The input of an operation, with the app's types. */
export type CustomInput<Name extends OperationName, Schemas> = NoSchemas extends Schemas
  ? OperationInput<Name>
  : Name extends 'createMessage'
    ? Omit<OperationInput<Name>, 'metadata'> & { metadata?: InputOf<Schemas, 'metadata'> }
    : Name extends 'createEvent'
      ? Omit<OperationInput<Name>, 'payload'> & { payload: InputOf<Schemas, 'events'> }
      : OperationInput<Name>

/** The result of an operation, with the app's types. */
export type CustomResult<Name extends OperationName, Schemas> = WithCustomTypes<
  OperationResult<Name>,
  Schemas
>

/** Any type that contains messages or events, with the app's types. */
export type WithCustomTypes<T, Schemas> = NoSchemas extends Schemas
  ? T
  : T extends Omit<Message, 'id'>
    ? Omit<T, 'metadata'> & { metadata?: OutputOf<Schemas, 'metadata'> }
    : T extends Omit<Event, 'id'>
      ? Omit<T, 'payload'> & { payload: OutputOf<Schemas, 'events'> }
      : T extends object
        ? { [Key in keyof T]: WithCustomTypes<T[Key], Schemas> }
        : T

type InputOf<Schemas, Key extends string> = Schemas extends {
  [K in Key]: infer Schema extends StandardSchemaV1
}
  ? StandardSchemaV1.InferInput<Schema>
  : Record<string, unknown>

type OutputOf<Schemas, Key extends string> = Schemas extends {
  [K in Key]: infer Schema extends StandardSchemaV1
}
  ? StandardSchemaV1.InferOutput<Schema>
  : Record<string, unknown>
