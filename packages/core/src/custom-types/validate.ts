import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorType } from '../contract/error-types.ts'
import { isObject } from '../contract/is-object.ts'
import { operationError } from '../errors/chat-error.ts'
import type { CustomSchemas } from './custom-types.ts'

type Json = Record<string, unknown>

/** Throws if the input of an operation does not match the app's schemas. Mutates `input`: pass a copy. */
export async function validateInput(name: string, input: Json, schemas: CustomSchemas): Promise<void> {
  // The payload of a message is defined by the API, not by the app.
  await assertValid(
    name,
    'InvalidPayload',
    validateField(input, name === 'createMessage' ? 'metadata' : 'payload', schemas),
  )
}

/** Replaces the app's data in a result with the schemas' output. Throws if an event does not match. */
export async function validateResult(name: string, result: object, schemas: CustomSchemas): Promise<void> {
  const { message, messages, event }: Json = { ...result }
  for (const item of (messages ?? [message]) as unknown[]) await validateMessage(item, schemas)
  if (isObject(event)) await assertValid(name, 'InvalidDataFormat', validateField(event, 'payload', schemas))
}

/**
 * Replaces the app's data in a signal with the schemas' output. An event that does not match becomes an unknown
 * signal.
 */
export async function validateSignal<Signal extends { type: string; data: unknown }>(
  signal: Signal,
  schemas: CustomSchemas,
): Promise<Signal | (Omit<Signal, 'type' | 'data'> & { type: 'unknown'; data: object })> {
  const { type, data } = signal
  if (!isObject(data)) return signal
  if (type !== 'event_created')
    await validateMessage(type === 'message_stream_complete' ? data['message'] : data, schemas)
  else if (await validateField(data, 'payload', schemas))
    return { ...signal, type: 'unknown', data: { type, data } }
  return signal
}

type Issues = readonly StandardSchemaV1.Issue[] | undefined

/** Ignores the issues: a message is delivered even if its metadata does not match. */
async function validateMessage(message: unknown, schemas: CustomSchemas): Promise<void> {
  if (isObject(message)) await validateField(message, 'metadata', schemas)
}

/**
 * Replaces a field with the schema's output, or returns the issues. Metadata that does not match is removed, except the
 * reserved keys that identify a message. Metadata that has only reserved keys is not validated.
 */
async function validateField(
  container: Json,
  field: 'metadata' | 'payload',
  schemas: CustomSchemas,
): Promise<Issues> {
  const isMetadata = field === 'metadata'
  const schema = isMetadata ? schemas.metadata : schemas.events
  const input = container[field]
  if (!schema || !isObject(input)) return undefined

  const custom = { ...input }
  const reserved: Json = {}
  for (const key of isMetadata ? ['clientMessageId', 'streamId'] : []) {
    if (key in custom) reserved[key] = custom[key]
    delete custom[key]
  }
  if (isMetadata && !Object.keys(custom)[0]) return undefined
  const result = await schema['~standard'].validate(custom)
  if (!result.issues) container[field] = { ...reserved, ...(result.value as Json) }
  else if (isMetadata) container[field] = Object.keys(reserved)[0] && reserved
  return result.issues
}

async function assertValid(name: string, type: ErrorType, validation: Promise<Issues>): Promise<void> {
  const cause = await validation
  if (cause)
    throw operationError(name, type, `the data does not match the app's schema: ${cause[0]?.message}`, {
      cause,
    })
}
