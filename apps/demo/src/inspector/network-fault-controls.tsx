import type { LiveConversation } from '@parley/rx'
import { EarOff, Scissors, Wifi, WifiOff } from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { defaultConditions, type NetworkConditions } from '../wire/network-conditions.ts'
import type { WireTap } from '../wire/wire-tap.ts'
import { LabeledSelect } from './labeled-select.tsx'
import { NetworkFaultButton } from './network-fault-button.tsx'
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
