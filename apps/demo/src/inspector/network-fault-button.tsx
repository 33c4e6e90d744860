import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactElement } from 'react'

export interface NetworkFaultButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon
  /** Whether the fault is active. */
  isActive?: boolean
}

export function NetworkFaultButton({
  icon: Icon,
  isActive = false,
  children,
  ...props
}: NetworkFaultButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...props}
      data-on={isActive || undefined}
      className="flex min-h-9 min-w-0 items-center justify-center gap-1.5 rounded-xl bg-surface px-2 py-1 text-[0.8125rem] leading-tight font-medium ring-1 ring-line transition-colors hover:bg-raised disabled:cursor-default disabled:text-soft disabled:opacity-60 disabled:hover:bg-surface data-on:bg-alert-subtle data-on:text-alert data-on:ring-alert/50 pointer-coarse:min-h-11"
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0">{children}</span>
    </button>
  )
}
