import type { CustomSchemas, NoSchemas } from '@parley/core'

/**
 * Declares the app's schemas once, so that all hooks have their types.
 *
 * ```ts
 * declare module '@parley/react' {
 *   interface Register {
 *     schemas: typeof schemas
 *   }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- the app adds `schemas`
export interface Register {}

/** The schemas that the app has registered. Default: none, so that metadata and events are any JSON objects. */
export type RegisteredSchemas = Register extends { schemas: infer Schemas extends CustomSchemas }
  ? Schemas
  : NoSchemas

/** The same value, with the registered types. Internally, metadata and events are any JSON objects. */
export function withRegisteredTypes<Value>(value: unknown): Value {
  return value as Value
}
