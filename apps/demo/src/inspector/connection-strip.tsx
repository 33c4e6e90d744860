import { useEffect, useMemo, useState, type ReactElement } from 'react'
import type { ConnectionEntry, WireEntry } from '../wire/wire-entry.ts'
import { connectionTitle, lookWords } from './entry-title.ts'
import { countText, durationText } from './quantity.ts'
import { countByPart, lookOf, toSpans, type SpanLook } from './strip-spans.ts'

const windowMs = 120_000
const parts = 80

/** Told apart by height as well as by colour. */
const looks: Record<SpanLook, string> = {
  connecting: 'h-2 bg-amber-400',
  online: 'h-4 bg-emerald-500',
  catching_up: 'h-3 bg-emerald-300 dark:bg-emerald-700',
  reconnecting: 'h-2 bg-amber-500',
  offline: 'h-1 bg-red-500',
  closed: 'h-1 bg-red-500',
}

export interface ConnectionStripProps {
  entries: readonly WireEntry[]
  conversationId: string | undefined
}

/** The last two minutes of the connection: how it was, when it came back, and how busy it was. */
export function ConnectionStrip({ entries, conversationId }: ConnectionStripProps): ReactElement {
  const now = useNow(500)
  const span = { from: now - windowMs, to: now }
  const changes = useMemo(
    () =>
      entries.filter(
        (entry): entry is ConnectionEntry =>
          entry.kind === 'connection' && entry.conversationId === conversationId,
      ),
    [entries, conversationId],
  )
  const signalTimes = useMemo(
    () => entries.filter(({ kind }) => kind === 'signal').map(({ at }) => at),
    [entries],
  )
  const busy = countByPart(signalTimes, span, parts)
  const returns = changes.filter(({ at, isReturn }) => isReturn && at >= span.from)
  const attempts = changes.filter(
    ({ at, connection }) => connection.state === 'reconnecting' && at >= span.from,
  )
  const latest = changes.at(-1)
  const place = (at: number): string => `${((at - span.from) / windowMs) * 100}%`

  return (
    <div className="px-4 pt-3">
      <p className="flex items-baseline justify-between gap-3 text-[0.8125rem]">
        <span dir="auto" className="font-medium">
          {latest ? connectionTitle(latest.connection) : 'No conversation is in view'}
        </span>
        {latest && (
          <span dir="auto" className="text-soft tabular-nums">
            for {durationText(Math.max(0, now - latest.at))}
          </span>
        )}
      </p>
      <div
        role="img"
        aria-label={`The last two minutes: ${latest ? lookWords[lookOf(latest.connection)] : 'nothing'} now, ${countText(returns.length, 'reconnection')}`}
        className="relative mt-1.5 h-10 overflow-hidden rounded-lg bg-raised"
      >
        <div className="absolute inset-x-0 top-1 flex h-5 items-end">
          {busy.map((count, part) => (
            <span
              key={part}
              className="mx-px flex-1 rounded-t-[1px] bg-soft/60"
              style={{ height: `${Math.min(100, Math.log2(count + 1) * 22)}%` }}
            />
          ))}
        </div>
        {toSpans(changes, span).map(({ look, from, to }) => (
          <span
            key={from}
            className={`absolute bottom-0 ${looks[look]}`}
            style={{ insetInlineStart: place(from), width: `${((to - from) / windowMs) * 100}%` }}
          />
        ))}
        {attempts.map(({ key, at }) => (
          <span
            key={key}
            className="absolute bottom-0 h-3 w-px bg-ink/70"
            style={{ insetInlineStart: place(at) }}
          />
        ))}
        {returns.map(({ key, at }) => (
          <span
            key={key}
            className="absolute inset-y-0 w-0.5 -translate-x-px bg-ink"
            style={{ insetInlineStart: place(at) }}
          />
        ))}
      </div>
      <p aria-hidden className="mt-1 flex justify-between text-[0.6875rem] text-soft">
        <span dir="ltr">2 min ago</span>
        <span dir="ltr">
          {returns.length > 0 && `${countText(returns.length, 'reconnection')}, each a line`}
        </span>
        <span>now</span>
      </p>
    </div>
  )
}

function useNow(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])
  return now
}
