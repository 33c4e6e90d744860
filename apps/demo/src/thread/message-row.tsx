import type { ChatMessage } from '@parley/rx'
import { memo, type ReactElement } from 'react'
import { previewOf } from '../payloads/message-text.ts'
import { PayloadView } from '../payloads/payload-view.tsx'
import { readPayload } from '../payloads/read-payload.ts'
import { Avatar } from '../people/avatar.tsx'
import { isolate, nameOf, type Person } from '../people/person.ts'
import { DayLine } from './day-line.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageFoot } from './message-foot.tsx'
import { MessageMenu } from './message-menu.tsx'
import type { Row } from './rows.ts'

export interface MessageRowProps extends Row {
  sender: Person
  /** Whether several people speak, so that each is named. */
  isNamed: boolean
  /** What the user has answered to it. */
  answer: string | undefined
  /** Whether it waits for the connection. */
  isWaiting: boolean
  actions: MessageActions
}

/** One message: whose it is, what it holds, and how it stands with it. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactElement {
  const { message, isOwn, isFirst, isLast, day, sender, isNamed, answer, actions } = props
  const { status } = message
  const name = nameOf(sender)

  return (
    <div className="mx-auto w-full max-w-3xl px-3 sm:px-6">
      {day !== undefined && <DayLine at={day} />}
      <article
        tabIndex={-1}
        aria-busy={status === 'streaming'}
        aria-label={
          status === 'streaming'
            ? undefined
            : `${isOwn ? 'You' : isolate(name)}: ${previewOf(message.payload)}`
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
            <p className="sr-only">{isOwn ? 'You:' : `${isolate(name)}:`}</p>
          )}
          <div className={`flex max-w-full items-center gap-1 ${isOwn ? 'flex-row-reverse' : 'w-full'}`}>
            <div className={`min-w-0 ${frameOf(props)} ${lookOf(status)}`}>
              <PayloadView
                payload={message.payload}
                answer={answer}
                isWriting={status === 'streaming'}
                onReply={status === 'sent' ? (reply) => actions.reply(reply, message.id) : undefined}
              />
            </div>
            {status === 'sent' ? (
              <MessageMenu message={message} isOwn={isOwn} actions={actions} />
            ) : (
              // The room that the menu will take, so that nothing moves when it comes.
              <span className="w-9 shrink-0" />
            )}
          </div>
          <MessageFoot {...props} />
        </div>
      </article>
    </div>
  )
})

function lookOf(status: ChatMessage['status']): string {
  switch (status) {
    case 'streaming':
      return 'is-writing'
    case 'sending':
      return 'opacity-90'
    case 'sent':
    case 'failed':
      return ''
  }
}

/** Words stand in a bubble, and so does what cannot be shown; what has a shape of its own needs no other around it. */
function frameOf({ isOwn, isFirst, isLast, message: { payload, status } }: MessageRowProps): string {
  const type = readPayload(payload)?.type
  switch (type) {
    case 'image':
    case 'video':
    case 'card':
    case 'carousel':
    case 'location':
      return 'w-full'
    default: {
      const near = isOwn
        ? `${isFirst ? '' : 'rounded-se-lg'} ${isLast ? '' : 'rounded-ee-lg'}`
        : `${isFirst ? '' : 'rounded-ss-lg'} ${isLast ? '' : 'rounded-es-lg'}`
      // Other types have colours of their own, which are made for a plain ground.
      const colour = isOwn && type === 'text' ? 'bg-accent text-on-accent' : 'bg-surface ring-1 ring-line'
      const failed = status === 'failed' ? 'ring-2 ring-alert' : ''
      return `rounded-[1.25rem] px-4 py-2.5 forced-colors:border ${near} ${colour} ${failed}`
    }
  }
}
