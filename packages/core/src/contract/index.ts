/**
 * The contract of the Chat API, as data: written once, and everything else derives from it.
 *
 * ```ts
 * import { operations, openApiDocument } from '@parley/core/contract'
 *
 * operations.createMessage // { method: 'POST', path: '/messages', access: 'participant', … }
 * openApiDocument({ version: '1.0.0' }) // every operation as OpenAPI 3.1
 * ```
 *
 * - `operations`: the table of the 21 operations, and the types of what goes in and comes out
 * - `extensions`: what our own server adds to them, each with the capability that names it
 * - `schemas`: models, payloads, bodies, answers and signals as JSON Schema, and the types inferred from them
 * - `errorTypes`: the catalogue of failures
 * - `openApiDocument`: all of it as one OpenAPI document
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
export { operations, type OperationName, type Operations } from './operations.ts'
export { schemas, type SchemaName, type Schemas } from './schemas.ts'
