import { isChatError, isRetryable } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { Check, CircleAlert, Clock } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { parsePayload } from '../payloads/parse-payload.ts'
import { ErrorMessage } from '../ui/error-message.tsx'
import type { AnswerMark } from './rows.ts'
import type { MessageActions } from './use-message-actions.ts'

export interface MessageFooterProps {
  message: ChatMessage
  isLast: boolean
  /** Defined if it is an answer of the bot that was stopped or has failed. */
  mark: AnswerMark | undefined
  /** Whether it is pending until the connection is back. */
  isWaiting: boolean
  actions: MessageActions
}

/** Shows the time of a stored message, or the status of another one. */
export function MessageFooter({
  message,
  isLast,
  mark,
  isWaiting,
  actions,
}: MessageFooterProps): ReactElement | null {
  const { key, status, isOwn } = message
  if (status === 'failed') {
    return (
      <div role="alert" className="mt-1 max-w-md text-end text-[0.8125rem] text-alert">
        <div className="wrap-anywhere [&_summary]:ms-auto">
          <CircleAlert aria-hidden className="me-1 inline size-4 align-[-0.2em]" />
          <ErrorMessage intro="Not sent." error={message.error} />
        </div>
        {isPermanent(message.error) ? (
          <>
            {parsePayload(message.payload)?.type === 'text' && (
              <button type="button" className={actionClass} onClick={() => actions.edit(message)}>
                Edit
              </button>
            )}
            <button type="button" className={actionClass} onClick={() => actions.copy(message)}>
              Copy
            </button>
          </>
        ) : (
          <button type="button" className={actionClass} onClick={() => actions.retry(key)}>
            Retry
          </button>
        )}
        <button type="button" className={actionClass} onClick={() => actions.discard(message)}>
          Discard
        </button>
      </div>
    )
  }
  if (status === 'sending')
    return <Sending isWaiting={isWaiting} isLast={isLast} onDiscard={() => actions.discard(message)} />
  if (!isLast && !mark) return null
  return (
    <p className="mt-1 flex h-4.5 items-center gap-1 px-1 text-xs text-soft">
      {status === 'streaming' && 'Typing…'}
      {status === 'sent' && (
        <>
          <time dateTime={message.createdAt}>{formatTime(message.createdAt)}</time>
          {isOwn && <Check role="img" aria-label="Sent" className="size-3.5" />}
          {mark && <span aria-hidden>·</span>}
          {mark === 'stopped' && ' Stopped'}
          {mark === 'failed' && (
            <span className="flex items-center gap-1 text-alert">
              <CircleAlert aria-hidden className="size-3.5" /> Failed
            </span>
          )}
        </>
      )}
    </p>
  )
}

/** After this time, a pending message can be discarded. */
const slowAfterMs = 3_000

function Sending({
  isWaiting,
  isLast,
  onDiscard,
}: {
  isWaiting: boolean
  isLast: boolean
  onDiscard: () => void
}): ReactElement | null {
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), slowAfterMs)
    return () => clearTimeout(timer)
  }, [])

  if (!isWaiting && !isSlow && !isLast) return null
  return (
    <p className="mt-1 flex min-h-4.5 items-center gap-1 px-1 text-xs text-soft">
      {isWaiting && <Clock aria-hidden className="size-3.5" />}
      {isWaiting ? 'Waiting for connection' : 'Sending…'}
      {(isWaiting || isSlow) && (
        <button type="button" className={discardClass} onClick={onDiscard}>
          Discard
        </button>
      )}
    </p>
  )
}

const discardClass =
  'min-h-6 rounded-full px-1.5 font-semibold underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11'
const actionClass =
  'min-h-8 rounded-full px-2 font-semibold underline underline-offset-2 hover:bg-alert-subtle pointer-coarse:min-h-11'

function formatTime(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
}

/** Whether sending the same message again would fail again. */
function isPermanent(error: unknown): boolean {
  return isChatError(error) && !isRetryable(error)
}
