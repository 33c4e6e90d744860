import { schemas, type InferNamed, type SchemaName, type WireErrorType } from '@parley/core/contract'
import { _, Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { ApiError } from './api-error.ts'

const schemaRoot = 'chat'
const options = {
  discriminator: true,
  allowUnionTypes: true,
  strictTypes: false,
  formats: { 'date-time': true as const },
  keywords: ['components'],
}
const ajv = new Ajv2020(options)
// For `minLength`, ajv counts the characters of the whole string. Strings only need to be checked for emptiness.
ajv.removeKeyword('minLength').addKeyword({
  keyword: 'minLength',
  type: 'string',
  schemaType: 'number',
  metaSchema: { maximum: 1 },
  code: (context) => {
    context.fail(_`${context.data}.length < ${context.schemaCode}`)
  },
})
ajv.addSchema({ components: { schemas } }, schemaRoot)

const compiled = new Map<SchemaName, ValidateFunction>()

/**
 * Validates JSON against a schema of the contract.
 *
 * @param options.action - For the error message "Unable to `action`; …", such as `create the message`.
 * @param options.subject - The name of the whole value in the error message.
 * @throws ApiError of type `InvalidPayload`, or of `type`, that names the first invalid member and what it must be.
 */
export function check<Name extends SchemaName>(
  name: Name,
  value: unknown,
  {
    action,
    type = 'InvalidPayload',
    subject = type === 'InvalidQuery' ? 'the query' : 'the body',
  }: { action: string; type?: WireErrorType; subject?: string },
): InferNamed<Name> {
  let validate = compiled.get(name)
  if (!validate) {
    validate = ajv.compile({ $ref: `${schemaRoot}#/components/schemas/${name}` })
    compiled.set(name, validate)
  }
  if (validate(value)) return value as InferNamed<Name>
  throw new ApiError(type, `Unable to ${action}; ${describe(validate.errors?.[0], subject)}.`)
}

/**
 * Validates a query. Its values are strings: converts digits to a number where the schema requires an integer.
 *
 * The coercion of ajv would also accept `Infinity` and `0x10` as integers.
 *
 * @throws ApiError of type `InvalidQuery`.
 */
export function checkQuery(name: SchemaName, query: object, { action }: { action: string }): object {
  const schema = schemas[name]
  const members: Record<string, object> = 'properties' in schema ? schema.properties : {}
  const values = Object.entries(query).map(([key, value]: [string, unknown]) => {
    const { type } = { type: undefined, ...members[key] }
    return [key, type === 'integer' && /^\d{1,15}$/.test(String(value)) ? Number(value) : value]
  })
  return check(name, Object.fromEntries(values), { action, type: 'InvalidQuery' }) as object
}

function describe(error: ErrorObject | undefined, root: string): string {
  const path =
    error?.instancePath
      .slice(1)
      .replaceAll(/\/(\d+)/g, '[$1]')
      .replaceAll('/', '.') ?? ''
  const subject = path === '' ? root : path
  const member = (name: unknown) => (path === '' ? String(name) : `${path}.${String(name)}`)
  switch (error?.keyword) {
    case 'required':
      return `${member(error.params['missingProperty'])} is missing`
    case 'discriminator': {
      const problem = error.params['error'] === 'mapping' ? 'has an unknown value' : 'must be a string'
      return `${member(error.params['tag'])} ${problem}`
    }
    case 'minLength':
      return `${subject} must not be empty`
    case 'maxLength':
      return `${subject} must have at most ${String(error.params['limit'])} characters`
    case 'pattern':
      return `${subject} must be 1 to 70 letters, digits, or characters of _ - \\ /`
    case 'enum':
      return `${subject} must be one of ${JSON.stringify(error.params['allowedValues'])}`
    default:
      return `${subject} ${error?.message ?? 'is invalid'}`
  }
}
