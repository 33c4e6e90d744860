import { modelSchemas } from './model-schemas.ts'
import { payloadSchemas } from './payload-schemas.ts'
import { requestSchemas } from './request-schemas.ts'
import { signalSchemas } from './signal-schemas.ts'

/**
 * The models, payloads, request bodies, results and signals of the Chat API, as JSON Schema (2020-12).
 *
 * Plain data: `infer.ts` infers types from it, the server compiles it into validators, and the OpenAPI document
 * contains it as `components.schemas`. Browser bundles do not include it.
 */
export const schemas: Schemas = {
  ...modelSchemas,
  ...payloadSchemas,
  ...requestSchemas,
  ...signalSchemas,
}

export type Schemas = typeof modelSchemas &
  typeof payloadSchemas &
  typeof requestSchemas &
  typeof signalSchemas
export type SchemaName = keyof Schemas
