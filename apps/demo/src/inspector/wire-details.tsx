import { isChatError } from '@parley/core'
import type { ReactElement, ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { redact } from '../wire/request-record.ts'
import type { RequestEntry, WireEntry, WireHeaders } from '../wire/wire-entry.ts'
import { requestStateLabels } from './entry-title.ts'
import { formatDuration, formatSize, formatTime } from './format-quantity.ts'

/** Details of one log entry. */
export function WireDetails({ id, entry }: { id: string; entry: WireEntry }): ReactElement {
  return (
    <div id={id} className="flex flex-col gap-3 bg-raised/50 px-4 pt-1 pb-4">
      {entry.kind === 'request' && <RequestDetails entry={entry} />}
      {entry.kind === 'signal' && (
        <CodeFigure
          title={`Signal in ${entry.conversationId}`}
          text={redact(JSON.stringify(entry.signal, null, 2))}
        />
      )}
      {entry.kind === 'connection' && (
        <CodeFigure title="Connection" text={JSON.stringify(entry.connection, serializeError, 2)} />
      )}
    </div>
  )
}

function RequestDetails({ entry }: { entry: RequestEntry }): ReactElement {
  const { method, path, state, status, attempt, durationMs, receivedBytes, reason } = entry
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pt-2 text-xs">
        <Detail name={method}>{path}</Detail>
        <Detail name="Sent at">{formatTime(entry.at)}</Detail>
        <Detail name="State">
          {requestStateLabels[state]}
          {status > 0 && `, status ${status}`}
          {reason !== undefined && `: ${reason}`}
        </Detail>
        <Detail name="Attempt">{attempt}</Detail>
        {durationMs !== undefined && <Detail name="Time">{formatDuration(durationMs)}</Detail>}
        <Detail name="Received">{formatSize(receivedBytes)}</Detail>
      </dl>
      <CodeFigure title="Request headers" text={formatHeaders(entry.requestHeaders)} />
      <CodeFigure title="Request body" text={formatJson(entry.requestBody)} />
      <CodeFigure title="Response headers" text={formatHeaders(entry.responseHeaders)} />
      <CodeFigure
        title={entry.isStream ? 'Latest data of the stream' : 'Response body'}
        text={formatJson(entry.responseBody)}
      />
    </>
  )
}

function Detail({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">
        <bdi>{children}</bdi>
      </dd>
    </>
  )
}

function CodeFigure({ title, text }: { title: string; text: string }): ReactElement | null {
  if (text === '') return null
  return (
    <figure>
      <figcaption className="flex items-center justify-between gap-2 text-xs text-soft">
        <span className="min-w-0 wrap-anywhere">{title}</span>
        <CopyButton label={`Copy: ${title}`} text={text} />
      </figcaption>
      <pre
        dir="ltr"
        // A scrollable region must be reachable by keyboard.
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-lg bg-surface p-3 font-mono text-[0.6875rem] leading-relaxed ring-1 ring-line"
      >
        {text}
      </pre>
    </figure>
  )
}

function formatHeaders(headers: WireHeaders): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}

/** Makes the message of an error visible to `JSON.stringify`, which ignores properties that are not enumerable. */
function serializeError(_name: string, value: unknown): unknown {
  return isChatError(value) ? { type: value.type, status: value.status, message: value.message } : value
}

/** Indents JSON. Returns any other text unchanged. */
function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
