import { useEffect, useMemo, useState, type ReactElement } from 'react'
import type { ConnectionEntry, WireEntry } from '../wire/wire-entry.ts'
import { countPerInterval, toSegmentState, toSegments, type SegmentState } from './chart-segments.ts'
import { getConnectionTitle, connectionStateLabels } from './entry-title.ts'
import { formatCount, formatDuration } from './format-quantity.ts'

const windowMs = 120_000
const intervalCount = 80

/** States differ in height as well as in color. */
const segmentClasses: Record<SegmentState, string> = {
  connecting: 'h-2 bg-amber-400',
  online: 'h-4 bg-emerald-500',
  syncing: 'h-3 bg-emerald-300 dark:bg-emerald-700',
  reconnecting: 'h-2 bg-amber-500',
  offline: 'h-1 bg-red-500',
  closed: 'h-1 bg-red-500',
}

export interface ConnectionChartProps {
  entries: readonly WireEntry[]
  conversationId: string | undefined
}

/** Charts the last two minutes of the connection: its states, reconnections and signals per interval. */
export function ConnectionChart({ entries, conversationId }: ConnectionChartProps): ReactElement {
  const now = useNow(500)
  const range = { from: now - windowMs, to: now }
  const connectionEntries = useMemo(
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
  const signalCounts = countPerInterval(signalTimes, range, intervalCount)
  const reconnections = connectionEntries.filter(
    ({ at, isReconnection }) => isReconnection && at >= range.from,
  )
  const attempts = connectionEntries.filter(
    ({ at, connection }) => connection.state === 'reconnecting' && at >= range.from,
  )
  const latest = connectionEntries.at(-1)
  const currentLabel = latest ? connectionStateLabels[toSegmentState(latest.connection)] : 'no connection'
  const toOffset = (at: number): string => `${((at - range.from) / windowMs) * 100}%`

  return (
    <div className="px-4 pt-3">
      <p className="flex items-baseline justify-between gap-3 text-[0.8125rem]">
        <span dir="auto" className="font-medium">
          {latest ? getConnectionTitle(latest.connection) : 'No open conversation'}
        </span>
        {latest && (
          <span dir="auto" className="text-soft tabular-nums">
            for {formatDuration(Math.max(0, now - latest.at))}
          </span>
        )}
      </p>
      <div
        role="img"
        aria-label={`Last two minutes: ${currentLabel} now, ${formatCount(reconnections.length, 'reconnection')}`}
        className="relative mt-1.5 h-10 overflow-hidden rounded-lg bg-raised"
      >
        <div className="absolute inset-x-0 top-1 flex h-5 items-end">
          {signalCounts.map((count, index) => (
            <span
              key={index}
              className="mx-px flex-1 rounded-t-[1px] bg-soft/60"
              style={{ height: `${Math.min(100, Math.log2(count + 1) * 22)}%` }}
            />
          ))}
        </div>
        {toSegments(connectionEntries, range).map(({ state, from, to }) => (
          <span
            key={from}
            className={`absolute bottom-0 ${segmentClasses[state]}`}
            style={{ insetInlineStart: toOffset(from), width: `${((to - from) / windowMs) * 100}%` }}
          />
        ))}
        {attempts.map(({ key, at }) => (
          <span
            key={key}
            className="absolute bottom-0 h-3 w-px bg-ink/70"
            style={{ insetInlineStart: toOffset(at) }}
          />
        ))}
        {reconnections.map(({ key, at }) => (
          <span
            key={key}
            className="absolute inset-y-0 w-0.5 -translate-x-px bg-ink"
            style={{ insetInlineStart: toOffset(at) }}
          />
        ))}
      </div>
      <p aria-hidden className="mt-1 flex justify-between text-[0.6875rem] text-soft">
        <span dir="ltr">2 min ago</span>
        <span dir="ltr">
          {reconnections.length > 0 &&
            `${formatCount(reconnections.length, 'reconnection')} (vertical lines)`}
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
