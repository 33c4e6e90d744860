import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { CardButton } from './card-button.tsx'
import { Picture } from './picture.tsx'
import type { OnReply } from './reply.ts'

export interface CardPayloadProps {
  payload: PayloadOf<'card'>
  onReply?: OnReply | undefined
}

export function CardPayload({ payload, onReply }: CardPayloadProps): ReactElement {
  const { title, subtitle, imageUrl, actions } = payload
  return (
    <div className="flex h-full w-full max-w-sm flex-col overflow-hidden rounded-2xl bg-surface ring-1 ring-line">
      {imageUrl && <Picture url={imageUrl} alt="" className="aspect-video w-full object-cover" />}
      <div className="flex-1 px-4 py-3">
        <p className="line-clamp-3 font-semibold wrap-anywhere">{title}</p>
        {subtitle && <p className="line-clamp-6 text-sm text-soft wrap-anywhere">{subtitle}</p>}
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
