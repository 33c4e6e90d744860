import { Field } from '@base-ui/react/field'
import type { ComponentProps, ReactElement, ReactNode, Ref } from 'react'

export interface TextFieldProps extends Omit<
  ComponentProps<'input'>,
  'value' | 'onChange' | 'defaultValue' | 'ref'
> {
  label: string
  value: string
  onValueChange: (value: string) => void
  description?: ReactNode
  /** Validation error. */
  error?: string | undefined
  ref?: Ref<HTMLInputElement>
  /** Number of lines. Default: a single-line field. */
  rows?: number
}

/** A text field with a label, a description and a validation error. */
export function TextField(props: TextFieldProps): ReactElement {
  const { label, value, onValueChange, description, error, rows, className = '', ...input } = props
  return (
    <Field.Root invalid={error !== undefined} className={`flex flex-col gap-1.5 ${className}`}>
      <Field.Label className="text-sm font-medium">{label}</Field.Label>
      <Field.Control
        {...input}
        value={value}
        onValueChange={onValueChange}
        {...(rows !== undefined && { render: <textarea rows={rows} /> })}
        className={fieldClass}
      />
      {description && (
        <Field.Description className="text-[0.8125rem] text-soft">{description}</Field.Description>
      )}
      {error !== undefined && (
        <Field.Error match role="alert" className="text-[0.8125rem] text-alert wrap-anywhere">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  )
}

const fieldClass =
  'min-h-11 w-full min-w-0 rounded-xl bg-surface px-3.5 py-2 text-base ring-1 ring-field placeholder:text-soft aria-invalid:ring-alert sm:text-[0.9375rem]'
