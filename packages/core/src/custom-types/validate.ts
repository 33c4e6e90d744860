import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorType } from '../contract/error-types.ts'
import { unableTo } from '../errors/unable-to.ts'
import { isObject } from '../http/read-answer.ts'
import type { UserSignal } from '../stream/chat-signal.ts'
import type { CustomSchemas } from './custom-schemas.ts'

type Json = Record<string, unknown>

/** Throws if what an operation is to send does not fit the app's schemas. `input` is the caller's copy: it is changed. */
export async function fitInput(name: string, input: Json, schemas: CustomSchemas): Promise<void> {
  // The payload of a message is the API's own.
  await mustFit(
    name,
    'InvalidPayload',
    fitPart(input, name === 'createMessage' ? 'metadata' : 'payload', schemas),
  )
}

/** Puts what the app's schemas make of it into an answer. Throws if the answer is an event that does not fit. */
export async function fitAnswer(name: string, answer: object, schemas: CustomSchemas): Promise<void> {
  const { message, messages, event }: Json = { ...answer }
  for (const each of Array.isArray(messages) ? messages : [message]) await fitMessage(each, schemas)
  if (isObject(event)) await mustFit(name, 'InvalidDataFormat', fitPart(event, 'payload', schemas))
}

/** Puts what the app's schemas make of it into a signal; an event that does not fit becomes an unknown signal. */
export async function fitSignal(signal: UserSignal, schemas: CustomSchemas): Promise<UserSignal> {
  const { type } = signal
  const data: unknown = signal.data
  if (!isObject(data)) return signal
  if (type !== 'event_created')
    await fitMessage(type === 'message_stream_complete' ? data['message'] : data, schemas)
  else if (await fitPart(data, 'payload', schemas))
    return { ...signal, type: 'unknown', data: { type, data } }
  return signal
}

type Issues = readonly StandardSchemaV1.Issue[] | undefined

/** What others wrote into a message and does not fit is left out: the message itself is to be shown all the same. */
async function fitMessage(message: unknown, schemas: CustomSchemas): Promise<void> {
  if (isObject(message)) await fitPart(message, 'metadata', schemas)
}

/**
 * Puts what a schema makes of a part in its place, or tells why it does not fit. Metadata that does not fit is taken out, but for
 * what is not the app's: the names by which a message is known again. Without more than these there is nothing to fit.
 */
async function fitPart(whole: Json, part: 'metadata' | 'payload', schemas: CustomSchemas): Promise<Issues> {
  const isMetadata = part === 'metadata'
  const schema = isMetadata ? schemas.metadata : schemas.events
  const given = whole[part]
  if (!schema || !isObject(given)) return undefined

  const own = { ...given }
  const names: Json = {}
  for (const name of isMetadata ? ['clientMessageId', 'streamId'] : []) {
    if (name in own) names[name] = own[name]
    delete own[name]
  }
  if (isMetadata && !Object.keys(own)[0]) return undefined
  const result = await schema['~standard'].validate(own)
  if (!result.issues) whole[part] = { ...names, ...(result.value as Json) }
  else if (isMetadata) whole[part] = Object.keys(names)[0] && names
  return result.issues
}

async function mustFit(name: string, type: ErrorType, fitting: Promise<Issues>): Promise<void> {
  const cause = await fitting
  if (cause) throw unableTo(name, type, `it does not fit the app's schema: ${cause[0]?.message}`, { cause })
}
