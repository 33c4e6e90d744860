import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { SafeImage } from '../media/safe-image.tsx'
import type { OnReply } from '../reply.ts'
import { CardButton } from './card-button.tsx'

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
