import type { CardAction } from '@parley/core'
import { ExternalLink } from 'lucide-react'
import type { ReactElement } from 'react'
import { createActionReply, type OnReply } from '../reply.ts'
import { toSafeLink } from '../safe-url.ts'

/** One button of a card: it sends a text, sends a value to the bot, or opens a page. */
export function CardButton({
  action,
  onReply,
}: {
  action: CardAction
  onReply?: OnReply | undefined
}): ReactElement {
  const buttonClass =
    'flex min-h-11 w-full items-center justify-center gap-1.5 px-4 py-2 text-center text-sm font-semibold text-accent-text hover:bg-accent-subtle focus-visible:-outline-offset-2 disabled:text-soft disabled:hover:bg-transparent'
  const href = action.action === 'url' ? toSafeLink(action.value) : undefined

  if (href) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer" className={buttonClass}>
        <span dir="auto" className="line-clamp-3 wrap-anywhere">
          {action.label}
        </span>
        <ExternalLink aria-hidden className="size-4 shrink-0 rtl:-scale-x-100" />
      </a>
    )
  }
  return (
    <button
      type="button"
      disabled={!onReply || action.action === 'url'}
      onClick={() => onReply?.(createActionReply(action))}
      className={buttonClass}
    >
      <span dir="auto" className="line-clamp-3 wrap-anywhere">
        {action.label}
      </span>
    </button>
  )
}
