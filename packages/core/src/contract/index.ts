/**
 * The contract of the Chat API as data, from which the client, the server and the OpenAPI document are derived.
 *
 * ```ts
 * import { operations, openApiDocument } from '@parley/core/contract'
 *
 * operations.createMessage // { method: 'POST', path: '/messages', access: 'participant', … }
 * openApiDocument({ version: '1.0.0' }) // every operation as OpenAPI 3.1
 * ```
 *
 * - `operations`: the table of the 21 operations, with the types of their inputs and results
 * - `describeOperation`: what an operation does, for error messages
 * - `extensions`: the operations that `@parley/server` adds, each with its capability
 * - `schemas`: models, payloads, request bodies, results and signals as JSON Schema, with the types inferred from them
 * - `errorTypes`: the catalog of error types
 * - `openApiDocument`: the OpenAPI document of all operations
 */
export { errorTypes, type ErrorBody, type ErrorType, type WireErrorType } from './error-types.ts'
export { extensions, type Extension, type ExtensionName } from './extensions.ts'
export type { Infer, InferNamed } from './infer.ts'
export type {
  BlocItem,
  CardAction,
  Conversation,
  Event,
  Message,
  Option,
  Payload,
  PayloadOf,
  PayloadType,
  SignalType,
  User,
  WireSignal,
} from './models.ts'
export { openApiDocument, type OpenApiDocument } from './open-api.ts'
export type {
  Operation,
  OperationInput,
  OperationItem,
  OperationResult,
  PagedOperationName,
  PathParameter,
} from './operation-types.ts'
export { describeOperation, operations, type OperationName, type Operations } from './operations.ts'
export { schemas, type SchemaName, type Schemas } from './schemas.ts'
