import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorType } from '../contract/error-types.ts'
import { unableTo } from '../errors/unable-to.ts'
import { isObject } from '../http/read-answer.ts'
import type { ChatSignal } from '../stream/chat-signal.ts'
import type { AppSchemas } from './app-schemas.ts'

type Json = Record<string, unknown>

/** Throws if what an operation is to send does not fit the app's schemas. */
export async function fitInput(name: string, input: Json, schemas: AppSchemas): Promise<void> {
  const { metadata, payload } = input
  if (name === 'createMessage' && metadata !== undefined)
    await mustFit(name, 'InvalidPayload', schemas.metadata, metadata)
  if (name === 'createEvent') await mustFit(name, 'InvalidPayload', schemas.events, payload)
}

/** Puts what the app's schemas make of it into an answer. Throws if the answer is an event that does not fit. */
export async function fitAnswer(name: string, answer: Json, schemas: AppSchemas): Promise<void> {
  const { message, messages, event } = answer
  for (const each of Array.isArray(messages) ? messages : [message]) await fitMessage(each, schemas)
  if (isObject(event))
    event['payload'] = await mustFit(name, 'InvalidDataFormat', schemas.events, event['payload'])
}

/** Puts what the app's schemas make of it into a signal; an event that does not fit becomes an unknown signal. */
export async function fitSignal(signal: ChatSignal, schemas: AppSchemas): Promise<ChatSignal> {
  const data: unknown = signal.data
  if (!isObject(data)) return signal
  if (signal.type !== 'event_created') {
    await fitMessage(signal.type === 'message_stream_complete' ? data['message'] : data, schemas)
    return signal
  }
  const result = await validate(schemas.events, data['payload'])
  if (!result.issues) data['payload'] = result.value
  return result.issues ? { ...signal, type: 'unknown', data: { type: signal.type, data } } : signal
}

/** What others wrote into a message and does not fit is left out: the message itself is to be shown all the same. */
async function fitMessage(message: unknown, schemas: AppSchemas): Promise<void> {
  if (!isObject(message) || message['metadata'] === undefined) return
  const result = await validate(schemas.metadata, message['metadata'])
  if (result.issues) delete message['metadata']
  else message['metadata'] = result.value
}

async function mustFit(
  name: string,
  type: ErrorType,
  schema: StandardSchemaV1 | undefined,
  value: unknown,
): Promise<unknown> {
  const result = await validate(schema, value)
  if (!result.issues) return result.value
  throw unableTo(name, type, `it does not fit the app's schema: ${result.issues[0]?.message}`, {
    cause: result.issues,
  })
}

async function validate(
  schema: StandardSchemaV1 | undefined,
  value: unknown,
): Promise<StandardSchemaV1.Result<unknown>> {
  return schema ? schema['~standard'].validate(value) : { value }
}
