import type { LucideIcon } from 'lucide-react'
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

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** Accessible name, also shown in the tooltip. */
  label: string
  /** Accessible name, if it differs from the tooltip. */
  'aria-label'?: string
}

/** An icon button with a tooltip (`TooltipLayer`). Highlighted while pressed (`aria-pressed`). */
export function IconButton({ icon: Icon, label, className = '', ...props }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      data-tooltip={label}
      {...props}
      className={`${iconButtonClass} ${className}`}
    >
      <Icon aria-hidden className="size-5" />
    </button>
  )
}

export const iconButtonClass =
  'grid size-10 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-raised hover:text-ink disabled:cursor-default disabled:opacity-40 aria-pressed:bg-accent-subtle aria-pressed:text-accent-text data-popup-open:bg-raised data-popup-open:text-ink forced-colors:aria-pressed:outline-2 pointer-coarse:size-11'
