import type { ChatMessage, StoredMessage } from '@parley/rx'
import { Copy, Ellipsis, Trash2 } from 'lucide-react'
import { memo, type ReactElement } from 'react'
import { getPreviewText } from '../payloads/message-text.ts'
import { parsePayload } from '../payloads/parse-payload.ts'
import { PayloadView } from '../payloads/payload-view.tsx'
import { Avatar } from '../people/avatar.tsx'
import { getDisplayName, isolateBidi, type Person } from '../people/person.ts'
import { iconButtonClass } from '../ui/button.tsx'
import { formatDay, useToday } from '../ui/format-day.ts'
import { Menu } from '../ui/menu.tsx'
import { MessageFooter } from './message-footer.tsx'
import { describeMark, type AnswerMark, type Row } from './rows.ts'
import type { MessageActions } from './use-message-actions.ts'

export interface MessageRowProps extends Row {
  sender: Person
  /** Whether to show the sender's name. */
  isNamed: boolean
  /** The user's answer to the message, as the value of an option. */
  answer: string | undefined
  /** Defined if it is an answer of the bot that was stopped or has failed. */
  mark: AnswerMark | undefined
  /** Whether it is pending until the connection is back. */
  isWaiting: boolean
  actions: MessageActions
}

/** One message, with its sender, payload and status. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactElement {
  const { message, isFirst, isLast, day, sender, isNamed, answer, mark, actions } = props
  const { status, isOwn } = message
  const name = getDisplayName(sender)

  return (
    <div className="mx-auto w-full max-w-3xl px-3 sm:px-6">
      {day !== undefined && <DateSeparator timestamp={day} />}
      <article
        tabIndex={-1}
        aria-busy={status === 'streaming'}
        aria-label={
          status === 'streaming'
            ? undefined
            : `${isOwn ? 'You' : isolateBidi(name)}: ${getPreviewText(message.payload)}${describeMark(mark)}`
        }
        className={`group flex gap-2 rounded-2xl focus-visible:-outline-offset-2 ${isFirst && day === undefined ? 'pt-4' : 'pt-1.5'} ${isOwn ? 'justify-end ps-10' : 'pe-2 sm:pe-10'}`}
      >
        {!isOwn &&
          (isLast ? (
            <Avatar person={sender} className="mt-auto mb-5.5 size-8 text-xs" />
          ) : (
            <span className="w-8 shrink-0" />
          ))}
        <div className={`flex min-w-0 flex-col ${isOwn ? 'items-end' : 'flex-1 items-start'}`}>
          {isNamed && isFirst && !isOwn ? (
            <p className="mb-1 max-w-full truncate px-1 text-[0.8125rem] font-semibold text-soft">
              <bdi>{name}</bdi>
              <span className="sr-only">:</span>
            </p>
          ) : (
            <p className="sr-only">{isOwn ? 'You:' : `${isolateBidi(name)}:`}</p>
          )}
          <div className={`flex max-w-full items-center gap-1 ${isOwn ? 'flex-row-reverse' : 'w-full'}`}>
            <div className={`min-w-0 ${getBubbleClass(props)} ${getStatusClass(status)}`}>
              <PayloadView
                payload={message.payload}
                answer={answer}
                isStreaming={status === 'streaming'}
                onReply={status === 'sent' ? (reply) => actions.reply(reply, message.id) : undefined}
              />
            </div>
            {status === 'sent' ? (
              <MessageMenu message={message} actions={actions} />
            ) : (
              // Reserves space for the menu, so that the layout does not shift.
              <span className="w-9 shrink-0" />
            )}
          </div>
          <MessageFooter {...props} />
        </div>
      </article>
    </div>
  )
})

function getStatusClass(status: ChatMessage['status']): string {
  switch (status) {
    case 'streaming':
      return 'is-streaming'
    case 'sending':
      return 'opacity-90'
    case 'sent':
    case 'failed':
      return ''
  }
}

/** Returns the classes of the bubble around text. Payloads with their own frame have none. */
function getBubbleClass({ isFirst, isLast, message: { isOwn, payload, status } }: MessageRowProps): string {
  const type = parsePayload(payload)?.type
  switch (type) {
    case 'image':
    case 'video':
    case 'card':
    case 'carousel':
    case 'location':
      return 'w-full'
    default: {
      const corners = isOwn
        ? `${isFirst ? '' : 'rounded-se-lg'} ${isLast ? '' : 'rounded-ee-lg'}`
        : `${isFirst ? '' : 'rounded-ss-lg'} ${isLast ? '' : 'rounded-es-lg'}`
      // The colors of other types need a neutral background.
      const color = isOwn && type === 'text' ? 'bg-accent text-on-accent' : 'bg-surface ring-1 ring-line'
      const failed = status === 'failed' ? 'ring-2 ring-alert' : ''
      return `rounded-[1.25rem] px-4 py-2.5 forced-colors:border ${corners} ${color} ${failed}`
    }
  }
}

/** Separates the messages of one day from those of the day before. */
function DateSeparator({ timestamp }: { timestamp: string }): ReactElement {
  const today = useToday()
  return (
    <p className="flex items-center gap-3 py-4 text-xs font-medium text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <time dateTime={timestamp}>{formatDay(new Date(timestamp), new Date(today))}</time>
    </p>
  )
}

interface MessageMenuProps {
  message: StoredMessage
  actions: MessageActions
}

/** Menu of message actions. The button appears on hover and focus. */
function MessageMenu({ message, actions }: MessageMenuProps): ReactElement {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Message actions"
          className={`${iconButtonClass} size-9! pointer-coarse:h-11! opacity-0 transition-opacity group-hover:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:opacity-60 forced-colors:opacity-100`}
        >
          <Ellipsis aria-hidden className="size-4.5" />
        </button>
      }
      entries={[
        { label: 'Copy', icon: Copy, onClick: () => actions.copy(message) },
        ...(message.isOwn
          ? [{ label: 'Delete', icon: Trash2, isDanger: true, onClick: () => actions.remove(message) }]
          : []),
      ]}
    />
  )
}
