import { isChatError } from '@parley/core'
import type { ReactElement, ReactNode } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { redact } from '../wire/redact.ts'
import type { RequestEntry, WireEntry, WireHeaders } from '../wire/wire-entry.ts'
import { stateWords } from './entry-title.ts'
import { prettyJson } from './pretty-json.ts'
import { clockText, durationText, sizeText } from './quantity.ts'

/** All that is known of one entry. */
export function WireDetails({ id, entry }: { id: string; entry: WireEntry }): ReactElement {
  return (
    <div id={id} className="flex flex-col gap-3 bg-raised/50 px-4 pt-1 pb-4">
      {entry.kind === 'request' && <RequestDetails entry={entry} />}
      {entry.kind === 'signal' && (
        <Code
          title={`Signal of ${entry.conversationId}`}
          text={redact(JSON.stringify(entry.signal, null, 2))}
        />
      )}
      {entry.kind === 'connection' && (
        <Code title="Connection" text={JSON.stringify(entry.connection, readableCause, 2)} />
      )}
    </div>
  )
}

function RequestDetails({ entry }: { entry: RequestEntry }): ReactElement {
  const { method, path, state, status, attempt, durationMs, receivedBytes, reason } = entry
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pt-2 text-xs">
        <Fact name={method}>{path}</Fact>
        <Fact name="Sent at">{clockText(entry.at)}</Fact>
        <Fact name="State">
          {stateWords[state]}
          {status > 0 && `, status ${status}`}
          {reason !== undefined && `: ${reason}`}
        </Fact>
        <Fact name="Attempt">{attempt}</Fact>
        {durationMs !== undefined && <Fact name="Time">{durationText(durationMs)}</Fact>}
        <Fact name="Received">{sizeText(receivedBytes)}</Fact>
      </dl>
      <Code title="Request headers" text={headersText(entry.requestHeaders)} />
      <Code title="Request body" text={prettyJson(entry.requestBody)} />
      <Code title="Answer headers" text={headersText(entry.responseHeaders)} />
      <Code
        title={entry.isStream ? 'The latest of the stream' : 'Answer'}
        text={prettyJson(entry.responseBody)}
      />
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">
        <bdi>{children}</bdi>
      </dd>
    </>
  )
}

function Code({ title, text }: { title: string; text: string }): ReactElement | null {
  if (text === '') return null
  return (
    <figure>
      <figcaption className="flex items-center justify-between gap-2 text-xs text-soft">
        <span className="min-w-0 wrap-anywhere">{title}</span>
        <CopyButton label={`Copy: ${title}`} text={text} />
      </figcaption>
      <pre
        dir="ltr"
        // A region that scrolls has to be reached by keyboard.
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-lg bg-surface p-3 font-mono text-[0.6875rem] leading-relaxed ring-1 ring-line"
      >
        {text}
      </pre>
    </figure>
  )
}

function headersText(headers: WireHeaders): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}

/** Of an error only what is enumerable would be shown, which its message is not. */
function readableCause(_name: string, value: unknown): unknown {
  return isChatError(value) ? { type: value.type, status: value.status, message: value.message } : value
}
