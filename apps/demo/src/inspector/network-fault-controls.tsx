import type { LiveConversation } from '@parley/rx'
import { ChevronDown, EarOff, Scissors, Wifi, WifiOff, type LucideIcon } from 'lucide-react'
import { useId, type ComponentProps, type ReactElement } from 'react'
import { defaultConditions, type NetworkConditions, type WireTap } from '../wire/wire-tap.ts'
import { useObservable } from './use-observable.ts'

const latencies = [
  { value: '0', label: 'None' },
  { value: '200', label: '0.2 s' },
  { value: '1000', label: '1 s' },
  { value: '3000', label: '3 s' },
] as const

const sendOutcomes = [
  { value: 'delivered', label: 'Delivered' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'responses_lost', label: 'Responses lost' },
] as const satisfies { value: NetworkConditions['sendOutcome']; label: string }[]

export interface NetworkFaultControlsProps {
  tap: WireTap
  shadowConversation: Pick<LiveConversation, 'reconnectNow'> | undefined
}

/** Simulates network faults, in this tab only. */
export function NetworkFaultControls({ tap, shadowConversation }: NetworkFaultControlsProps): ReactElement {
  const conditions = useObservable(tap.conditions$, defaultConditions)
  const streams = useObservable(tap.streams$, 0)
  const headingId = useId()
  const { isOffline, latencyMs } = conditions

  function setOffline(next: boolean): void {
    tap.change({ isOffline: next })
    // Reconnect immediately, as clients do when the browser goes online.
    if (!next) shadowConversation?.reconnectNow()
  }

  return (
    <section aria-labelledby={headingId} className="px-4 pt-3">
      <h3 id={headingId} className="text-[0.8125rem] font-medium">
        Simulate network faults
      </h3>
      <div className="mt-1.5 grid grid-cols-3 gap-2">
        <NetworkFaultButton icon={Scissors} disabled={streams === 0} onClick={tap.dropStreams}>
          Drop stream
        </NetworkFaultButton>
        <NetworkFaultButton icon={EarOff} disabled={streams === 0} onClick={tap.stallStreams}>
          Stall stream
        </NetworkFaultButton>
        <NetworkFaultButton
          icon={isOffline ? Wifi : WifiOff}
          isActive={isOffline}
          onClick={() => setOffline(!isOffline)}
        >
          {isOffline ? 'Back online' : 'Go offline'}
        </NetworkFaultButton>
      </div>
      <div className="mt-2 grid grid-cols-2 gap-2">
        <LabeledSelect
          label="Delay"
          value={String(latencyMs)}
          options={latencies}
          onChange={(value) => tap.change({ latencyMs: Number(value) })}
        />
        <LabeledSelect
          label="Messages"
          value={conditions.sendOutcome}
          options={sendOutcomes}
          onChange={(value) => tap.change({ sendOutcome: value })}
        />
      </div>
      <p className="mt-1.5 min-h-[1.1rem] text-xs text-soft">
        <bdi>{getHint(conditions, streams)}</bdi>
      </p>
    </section>
  )
}

function getHint({ isOffline, sendOutcome, latencyMs }: NetworkConditions, streams: number): string {
  if (isOffline) return 'All requests fail. Your messages will be sent when you are back online.'
  if (sendOutcome === 'rejected') return 'Messages fail, and can be retried.'
  if (sendOutcome === 'responses_lost')
    return 'Messages are stored, but the responses are lost. Retries do not create duplicates.'
  if (streams === 0) return 'No stream in this tab. Tabs share one stream, which may be in another tab.'
  if (latencyMs > 0) return 'Requests and responses are delayed.'
  return 'A stalled stream is detected after 60 s, other faults immediately.'
}

interface NetworkFaultButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon
  /** Whether the fault is active. */
  isActive?: boolean
}

function NetworkFaultButton({
  icon: Icon,
  isActive = false,
  children,
  ...props
}: NetworkFaultButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...props}
      data-on={isActive || undefined}
      className="flex min-h-9 min-w-0 items-center justify-center gap-1.5 rounded-xl bg-surface px-2 py-1 text-[0.8125rem] leading-tight font-medium ring-1 ring-line transition-colors hover:bg-raised disabled:cursor-default disabled:text-soft disabled:opacity-60 disabled:hover:bg-surface data-on:bg-alert-subtle data-on:text-alert data-on:ring-alert/50 pointer-coarse:min-h-11"
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0">{children}</span>
    </button>
  )
}

interface LabeledSelectProps<Value extends string> {
  label: string
  value: string
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
}

/** A native select with its label inside. Highlighted unless the first option is selected. */
function LabeledSelect<Value extends string>(props: LabeledSelectProps<Value>): ReactElement {
  const { label, value, options, onChange } = props
  const id = useId()
  const isChanged = value !== options[0]?.value

  function select(selected: string): void {
    const option = options.find((candidate) => candidate.value === selected)
    if (option) onChange(option.value)
  }

  return (
    <div
      className={`relative flex min-h-9 items-center pointer-coarse:min-h-11 rounded-xl ps-3 ring-1 ${isChanged ? 'bg-alert-subtle text-alert ring-alert/50' : 'bg-surface ring-line'}`}
    >
      <label htmlFor={id} className="shrink-0 text-[0.8125rem]">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => select(event.target.value)}
        className="min-h-9 w-full min-w-0 appearance-none truncate rounded-xl bg-transparent ps-2 pe-8 text-[0.8125rem] font-medium pointer-coarse:min-h-11"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute end-2.5 size-4 text-soft" />
    </div>
  )
}
