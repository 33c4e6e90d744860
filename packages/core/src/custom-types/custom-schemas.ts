import type { StandardSchemaV1 } from '@standard-schema/spec'

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
