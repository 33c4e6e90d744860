import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactElement } from 'react'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** Its name, which a tooltip shows. */
  label: string
  /** Its name for assistive technology, where it says more than the tooltip. */
  'aria-label'?: string
}

/** An icon button with its name in a tooltip (`TooltipLayer`). Marked while pressed (`aria-pressed`). */
export function IconButton({ icon: Icon, label, className = '', ...props }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      data-tooltip={label}
      {...props}
      className={`${iconButtonShape} ${className}`}
    >
      <Icon aria-hidden className="size-5" />
    </button>
  )
}

export const iconButtonShape =
  'grid size-10 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-raised hover:text-ink disabled:cursor-default disabled:opacity-40 aria-pressed:bg-accent-wash aria-pressed:text-accent-ink data-popup-open:bg-raised data-popup-open:text-ink forced-colors:aria-pressed:outline-2 pointer-coarse:size-11'
