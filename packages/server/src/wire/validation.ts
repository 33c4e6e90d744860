import { schemas, type InferNamed, type SchemaName, type WireErrorType } from '@parley/core/contract'
import { _, Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { ApiError } from '../domain/api-error.ts'

const root = 'chat'
const options = {
  discriminator: true,
  allowUnionTypes: true,
  strictTypes: false,
  formats: { 'date-time': true as const },
  keywords: ['components'],
}
const ajv = new Ajv2020(options)
// By itself ajv counts the characters of every text, through the whole of it, to know that it is not empty.
ajv.removeKeyword('minLength').addKeyword({
  keyword: 'minLength',
  type: 'string',
  schemaType: 'number',
  metaSchema: { maximum: 1 },
  code: (context) => {
    context.fail(_`${context.data}.length < ${context.schemaCode}`)
  },
})
ajv.addSchema({ components: { schemas } }, root)

const compiled = new Map<SchemaName, ValidateFunction>()

/**
 * Checks JSON against a schema of the contract.
 *
 * @param failed - What failed, to open the message with: `Unable to create the message`.
 * @throws ApiError of type `InvalidPayload`, or of `type`, that names the first member at fault and what it must be.
 */
export function check<Name extends SchemaName>(
  name: Name,
  value: unknown,
  { failed, type = 'InvalidPayload' }: { failed: string; type?: WireErrorType },
): InferNamed<Name> {
  let validate = compiled.get(name)
  if (!validate) {
    validate = ajv.compile({ $ref: `${root}#/components/schemas/${name}` })
    compiled.set(name, validate)
  }
  if (validate(value)) return value as InferNamed<Name>
  throw new ApiError(
    type,
    `${failed}; ${describe(validate.errors?.[0], type === 'InvalidQuery' ? 'the query' : 'the body')}.`,
  )
}

/**
 * Reads a query, in which every value is text: digits become a number where the schema asks for an integer.
 *
 * Not by the coercion of ajv, which takes `Infinity` and `0x10` for integers.
 *
 * @throws ApiError of type `InvalidQuery`.
 */
export function checkQuery(name: SchemaName, query: object, { failed }: { failed: string }): object {
  const schema = schemas[name]
  const members: Record<string, object> = 'properties' in schema ? schema.properties : {}
  const read = Object.entries(query).map(([key, value]: [string, unknown]) => {
    const { type } = { type: undefined, ...members[key] }
    return [key, type === 'integer' && /^\d{1,15}$/.test(String(value)) ? Number(value) : value]
  })
  return check(name, Object.fromEntries(read), { failed, type: 'InvalidQuery' }) as object
}

function describe(error: ErrorObject | undefined, whole: string): string {
  const path =
    error?.instancePath
      .slice(1)
      .replaceAll(/\/(\d+)/g, '[$1]')
      .replaceAll('/', '.') ?? ''
  const subject = path === '' ? whole : path
  const member = (name: unknown) => (path === '' ? String(name) : `${path}.${String(name)}`)
  switch (error?.keyword) {
    case 'required':
      return `${member(error.params['missingProperty'])} is missing`
    case 'discriminator': {
      const allowed =
        error.params['error'] === 'mapping' ? 'is not one that the API knows' : 'must be a string'
      return `${member(error.params['tag'])} ${allowed}`
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
      return `${subject} ${error?.message ?? 'is not valid'}`
  }
}
