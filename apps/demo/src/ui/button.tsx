import type { ComponentProps, ReactElement } from 'react'

export interface ButtonProps extends ComponentProps<'button'> {
  /** Visual emphasis. Default: `plain`. */
  variant?: ButtonVariant
}

type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger'

const variantClasses: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'bg-surface text-ink ring-1 ring-line hover:bg-raised',
  quiet: 'text-accent-text hover:bg-accent-subtle',
  danger: 'bg-alert-subtle text-alert ring-1 ring-alert/40 hover:ring-alert',
}

/** A button with a text label. */
export function Button({ variant = 'plain', className = '', ...props }: ButtonProps): ReactElement {
  return (
    <button type="button" {...props} className={`${buttonClass} ${variantClasses[variant]} ${className}`} />
  )
}

const buttonClass =
  'inline-flex min-h-10 items-center justify-center gap-2 rounded-full px-4 py-1.5 text-sm font-semibold transition-colors disabled:cursor-default disabled:opacity-50 pointer-coarse:min-h-11'
