import type { CardAction, PayloadOf } from '@parley/core'
import { ExternalLink } from 'lucide-react'
import type { ReactElement } from 'react'
import { SafeImage } from '../media/image-payload.tsx'
import { createActionReply, type OnReply } from '../reply.ts'
import { toSafeLink } from '../safe-url.ts'

export interface CardPayloadProps {
  payload: PayloadOf<'card'>
  onReply?: OnReply | undefined
}

export function CardPayload({ payload, onReply }: CardPayloadProps): ReactElement {
  const { title, subtitle, imageUrl, actions } = payload
  return (
    <div className="flex h-full w-full max-w-sm flex-col overflow-hidden rounded-2xl bg-surface text-ink ring-1 ring-line">
      {imageUrl && (
        <div className="grid aspect-video w-full place-items-center bg-raised">
          <SafeImage url={imageUrl} alt="" className="size-full object-cover" />
        </div>
      )}
      <div className="flex-1 px-4 py-3">
        <p className="line-clamp-3 font-semibold wrap-anywhere">
          <bdi>{title}</bdi>
        </p>
        {subtitle && (
          <p className="mt-0.5 line-clamp-6 text-sm text-soft wrap-anywhere">
            <bdi>{subtitle}</bdi>
          </p>
        )}
      </div>
      {actions.length > 0 && (
        <ul className="border-t border-line">
          {actions.map((action, index) => (
            <li key={index} className="not-first:border-t not-first:border-line">
              <CardButton action={action} onReply={onReply} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** One button of a card: it sends a text, sends a value to the bot, or opens a page. */
function CardButton({
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
