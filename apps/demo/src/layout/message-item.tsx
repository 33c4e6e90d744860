import { memo, type ReactElement } from 'react'
import type { ChatSession } from '../chat/chat-session.ts'
import type { BotProfile } from '../chat/chat-state.ts'
import type { MessageRow } from '../chat/rows.ts'
import { PayloadView } from '../payloads/payload-view.tsx'
import { Avatar } from './avatar.tsx'
import { MessageFoot } from './message-foot.tsx'

export type MessageItemProps = Omit<MessageRow, 'key'> & { bot: BotProfile; session: ChatSession }

/** One message: whose it is, what it holds, and how it stands with it. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps): ReactElement {
  const { id, isOwn, isFirst, isLast, payload, status, answer, bot, session } = props

  return (
    <article
      aria-busy={status === 'writing'}
      className={`flex gap-2 motion-safe:animate-rise ${isFirst ? 'mt-3' : 'mt-1.5'} ${isOwn ? 'justify-end ps-10' : 'pe-4 sm:pe-10'}`}
    >
      {!isOwn &&
        (isLast ? (
          <Avatar bot={bot} className="mt-auto mb-5.5 size-8 text-sm" />
        ) : (
          <span className="w-8 shrink-0" />
        ))}
      <div className={`flex min-w-0 flex-col ${isOwn ? 'items-end' : 'flex-1 items-start'}`}>
        <p className="sr-only">{isOwn ? 'You:' : `${bot.name}:`}</p>
        <div className={`max-w-full ${frameOf(props)} ${looks[status]}`}>
          <PayloadView
            payload={payload}
            answer={answer}
            onReply={id === undefined ? undefined : (reply) => void session.send(reply, { answers: id })}
          />
        </div>
        <MessageFoot {...props} />
      </div>
    </article>
  )
})

const looks: Record<MessageRow['status'], string> = {
  stored: '',
  sending: 'opacity-70',
  failed: '',
  writing: 'is-writing',
}

/** Words stand in a bubble; what has a shape of its own needs no other around it. */
function frameOf({ isOwn, isLast, payload, status }: MessageItemProps): string {
  switch (payload.type) {
    case 'image':
    case 'video':
    case 'card':
    case 'carousel':
    case 'location':
      return 'w-full'
    default: {
      const corner = isLast ? (isOwn ? 'rounded-ee-md' : 'rounded-es-md') : ''
      // Other types have colours of their own, which are made for a plain ground.
      const isInk = isOwn && payload.type === 'text'
      const colour = isInk ? 'bg-accent text-on-accent' : 'bg-surface ring-1 ring-line'
      const failed = status === 'failed' ? 'ring-2 ring-alert' : ''
      return `rounded-[1.25rem] px-4 py-2.5 ${corner} ${colour} ${failed}`
    }
  }
}
