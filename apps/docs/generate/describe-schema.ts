import { schemas } from '@parley/core/contract'

/** The parts of JSON Schema that the contract uses. */
interface Schema {
  readonly $ref?: string
  readonly const?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly type?: string | readonly string[]
}

export interface Field {
  name: string
  type: string
  isRequired: boolean
  description: string
}

const byName: Readonly<Record<string, Schema | undefined>> = schemas

/** Schemas that describe a restricted string or object, and are shown as such. */
const inlined = new Set(['Id', 'Time', 'Text', 'JsonObject', 'UserName', 'PictureUrl', 'Profile', 'PageMeta'])

/** The fields of an object. */
export function fieldsOf(name: string): Field[] {
  return fieldsOfSchema(byName[name] ?? {})
}

/** The fields of the `data` of a signal. */
export function dataFieldsOf(name: string): Field[] {
  return fieldsOfSchema(byName[name]?.properties?.['data'] ?? {})
}

export function descriptionOf(name: string): string {
  return byName[name]?.description ?? ''
}

/** The type of a schema as TypeScript writes it. */
function typeOf(schema: Schema): string {
  const name = schema.$ref?.replace('#/components/schemas/', '')
  if (name !== undefined) return inlined.has(name) ? typeOf(byName[name] ?? {}) : name
  if (schema.const !== undefined) return `'${schema.const}'`
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' | ')
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ')
  if (schema.type === 'array') return `${typeOf(schema.items ?? {})}[]`
  if (schema.properties) {
    const fields = fieldsOfSchema(schema).map(
      (field) => `${field.name}${field.isRequired ? '' : '?'}: ${field.type}`,
    )
    const isLong = fields.join('; ').length > 60
    return isLong ? `{\n  ${fields.join('\n  ')}\n}` : `{ ${fields.join('; ')} }`
  }
  return [schema.type ?? 'object'].flat().join(' | ')
}

/** The type of a named schema, with its fields. */
export function typeOfNamed(name: string): string {
  return typeOf(byName[name] ?? {})
}

function fieldsOfSchema({ properties = {}, required = [] }: Schema): Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeOf(schema),
    isRequired: required.includes(name),
    description: schema.description ?? referencedDescription(schema),
  }))
}

function referencedDescription({ $ref }: Schema): string {
  const name = $ref?.replace('#/components/schemas/', '') ?? ''
  return inlined.has(name) ? descriptionOf(name) : ''
}
