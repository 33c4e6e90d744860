import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Event, Message } from '../contract/models.ts'
import type { OperationInput, OperationResult } from '../contract/operation-types.ts'
import type { OperationName } from '../contract/operations.ts'

/**
 * The app's schemas for metadata and custom events, from any library that supports Standard Schema.
 *
 * Outgoing data must match, or the call fails with `InvalidPayload` and sends nothing. Incoming data is the schema's
 * output. As other clients may write anything, metadata that does not match is omitted, and an event that does not
 * match becomes an unknown signal.
 */
export interface CustomSchemas {
  /** For the `metadata` of messages. */
  metadata?: StandardSchemaV1
  /** For the `payload` of custom events. */
  events?: StandardSchemaV1
}

/** No schemas: metadata and event payloads are any JSON objects. */
export type NoSchemas = Record<never, never>

/** The input of an operation, with the app's types: `CustomInput<'createMessage', typeof schemas>`. */
export type CustomInput<Name extends OperationName, Schemas> = NoSchemas extends Schemas
  ? OperationInput<Name>
  : Name extends 'createMessage'
    ? Omit<OperationInput<Name>, 'metadata'> & { metadata?: InputOf<Schemas, 'metadata'> }
    : Name extends 'createEvent'
      ? Omit<OperationInput<Name>, 'payload'> & { payload: InputOf<Schemas, 'events'> }
      : OperationInput<Name>

/** The result of an operation, with the app's types: `CustomResult<'getMessage', typeof schemas>`. */
export type CustomResult<Name extends OperationName, Schemas> = WithCustomTypes<
  OperationResult<Name>,
  Schemas
>

/**
 * Any type that contains messages or events, with the app's types: `WithCustomTypes<Message, typeof schemas>`. Without
 * schemas (`NoSchemas`), it is the type itself.
 */
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
