import { schemas, type InferNamed, type SchemaName, type WireErrorType } from '@parley/core/contract'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { Refusal } from '../domain/refusal.ts'

const root = 'chat'
const options = {
  discriminator: true,
  allowUnionTypes: true,
  strictTypes: false,
  formats: { 'date-time': true as const },
  keywords: ['components'],
}
const bodies = createAjv({})
/** In a query every value is text. */
const queries = createAjv({ coerceTypes: true })

function createAjv(more: { coerceTypes?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({ ...options, ...more })
  ajv.addSchema({ components: { schemas } }, root)
  return ajv
}

const compiled = new Map<SchemaName, ValidateFunction>()

/**
 * Checks JSON against a schema of the contract. Values of a query become numbers where the schema says so.
 *
 * @param failed - What failed, to open the message with: `Unable to create the message`.
 * @throws Refusal of type `InvalidPayload`, or of `type`, that names the first member at fault and what it must be.
 */
export function check<Name extends SchemaName>(
  name: Name,
  value: unknown,
  { failed, type = 'InvalidPayload' }: { failed: string; type?: WireErrorType },
): InferNamed<Name> {
  let validate = compiled.get(name)
  if (!validate) {
    const ajv = type === 'InvalidQuery' ? queries : bodies
    validate = ajv.compile({ $ref: `${root}#/components/schemas/${name}` })
    compiled.set(name, validate)
  }
  if (validate(value)) return value as InferNamed<Name>
  throw new Refusal(
    type,
    `${failed}; ${describe(validate.errors?.[0], type === 'InvalidQuery' ? 'the query' : 'the body')}.`,
  )
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
