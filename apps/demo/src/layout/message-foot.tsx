import { CircleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ChatSession } from '../chat/chat-session.ts'
import type { MessageRow } from '../chat/rows.ts'

export type MessageFootProps = Omit<MessageRow, 'key'> & { session: ChatSession }

/** When a message was said, or what keeps it from being stored. */
export function MessageFoot({
  at,
  isLast,
  status,
  reason,
  clientMessageId,
  session,
}: MessageFootProps): ReactElement | null {
  if (status === 'failed' && clientMessageId !== undefined) {
    return (
      <div role="alert" className="mt-1 max-w-md text-end text-[0.8125rem] text-alert">
        <p className="wrap-anywhere">
          <CircleAlert aria-hidden className="me-1 inline size-4 align-[-0.2em]" />
          Not sent. {reason}
        </p>
        <button type="button" className={action} onClick={() => void session.retry(clientMessageId)}>
          Try again
        </button>
        <button type="button" className={action} onClick={() => session.discard(clientMessageId)}>
          Discard
        </button>
      </div>
    )
  }
  if (!isLast) return null
  return (
    <p className="mt-1 h-4.5 px-1 text-xs text-soft">
      {status === 'sending' && 'Sending…'}
      {status === 'writing' && 'Writing…'}
      {status === 'stored' && <time dateTime={at}>{timeOf(at)}</time>}
    </p>
  )
}

const action = 'min-h-8 rounded-full px-2 font-semibold underline underline-offset-2 hover:bg-alert-wash'

function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
}
