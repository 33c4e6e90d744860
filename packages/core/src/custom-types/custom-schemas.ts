import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * What an app lays down for the parts of the API that are its own: schemas of any library that speaks Standard Schema.
 *
 * What is sent has to fit, or the call fails with `InvalidPayload` and nothing is sent. What is received is the schema's
 * output. As others write too, metadata that does not fit is left out, and an event that does not fit is an unknown signal.
 */
export interface CustomSchemas {
  /** Of the `metadata` of messages. */
  metadata?: StandardSchemaV1
  /** Of the `payload` of custom events. */
  events?: StandardSchemaV1
}

/** No schemas: metadata and the payloads of events are any JSON objects. */
export type NoSchemas = Record<never, never>
