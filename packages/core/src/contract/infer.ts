import type { Schemas } from './schemas.ts'

/** The type of the JSON values that a schema of `schemas.ts` describes. */
export type Infer<S> = S extends { readonly $ref: `#/components/schemas/${infer Name extends keyof Schemas}` }
  ? InferNamed<Name>
  : S extends { readonly oneOf: readonly (infer Option)[] }
    ? InferUnion<Option>
    : S extends { readonly const: infer Value }
      ? Value
      : S extends { readonly enum: readonly (infer Value)[] }
        ? Value
        : S extends { readonly type: 'array'; readonly items: infer Item }
          ? Infer<Item>[]
          : S extends { readonly properties: infer Properties }
            ? InferObject<Properties, S extends { readonly required: readonly (infer Key)[] } ? Key : never>
            : S extends { readonly type: infer Type }
              ? InferPrimitive<Type>
              : unknown

/** The type of the schema with this name. */
export type InferNamed<Name extends keyof Schemas> = Infer<Schemas[Name]>

type InferUnion<Option> = Option extends unknown ? Infer<Option> : never

type InferObject<Properties, Required> = Flat<
  { -readonly [Key in keyof Properties as Key extends Required ? Key : never]: Infer<Properties[Key]> } & {
    -readonly [Key in keyof Properties as Key extends Required ? never : Key]?: Infer<Properties[Key]>
  }
>

type InferPrimitive<Type> = Type extends readonly (infer Item)[]
  ? InferPrimitive<Item>
  : Type extends 'string'
    ? string
    : Type extends 'number' | 'integer'
      ? number
      : Type extends 'boolean'
        ? boolean
        : Type extends 'null'
          ? null
          : Type extends 'object'
            ? Record<string, unknown>
            : unknown

type Flat<T> = { [Key in keyof T]: T[Key] }
