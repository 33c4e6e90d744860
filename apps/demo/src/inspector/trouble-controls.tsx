import type { LiveConversation } from '@parley/rx'
import { EarOff, Scissors, Wifi, WifiOff } from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { fairConditions, type NetworkConditions } from '../wire/network-conditions.ts'
import type { WireTap } from '../wire/wire-tap.ts'
import { SelectField } from './select-field.tsx'
import { TroubleButton } from './trouble-button.tsx'
import { useLatest } from './use-latest.ts'

const latencies = [
  { value: '0', label: 'None' },
  { value: '200', label: '0.2 s' },
  { value: '1000', label: '1 s' },
  { value: '3000', label: '3 s' },
] as const

const sends = [
  { value: 'delivered', label: 'Delivered' },
  { value: 'refused', label: 'Refused' },
  { value: 'answers_lost', label: 'Answers lost' },
] as const satisfies { value: NetworkConditions['sends']; label: string }[]

export interface TroubleControlsProps {
  tap: WireTap
  witness: Pick<LiveConversation, 'reconnectNow'> | undefined
}

/** Makes the network worse, for this tab alone. */
export function TroubleControls({ tap, witness }: TroubleControlsProps): ReactElement {
  const conditions = useLatest(tap.conditions$, fairConditions)
  const streams = useLatest(tap.streams$, 0)
  const headingId = useId()
  const { isOffline, latencyMs } = conditions

  function setOffline(next: boolean): void {
    tap.change({ isOffline: next })
    // A browser that is online again says so, and clients do not wait any longer.
    if (!next) witness?.reconnectNow()
  }

  return (
    <section aria-labelledby={headingId} className="px-4 pt-3">
      <h3 id={headingId} className="text-[0.8125rem] font-medium">
        Make trouble
      </h3>
      <div className="mt-1.5 grid grid-cols-3 gap-2">
        <TroubleButton icon={Scissors} disabled={streams === 0} onClick={tap.cutStreams}>
          Cut stream
        </TroubleButton>
        <TroubleButton icon={EarOff} disabled={streams === 0} onClick={tap.silenceStreams}>
          Go silent
        </TroubleButton>
        <TroubleButton
          icon={isOffline ? Wifi : WifiOff}
          isOn={isOffline}
          onClick={() => setOffline(!isOffline)}
        >
          {isOffline ? 'Back online' : 'Go offline'}
        </TroubleButton>
      </div>
      <div className="mt-2 grid grid-cols-2 gap-2">
        <SelectField
          label="Delay"
          value={String(latencyMs)}
          options={latencies}
          onChange={(value) => tap.change({ latencyMs: Number(value) })}
        />
        <SelectField
          label="Messages"
          value={conditions.sends}
          options={sends}
          onChange={(value) => tap.change({ sends: value })}
        />
      </div>
      <p className="mt-1.5 min-h-[1.1rem] text-xs text-soft">
        <bdi>{hintOf(conditions, streams)}</bdi>
      </p>
    </section>
  )
}

function hintOf({ isOffline, sends: way, latencyMs }: NetworkConditions, streams: number): string {
  if (isOffline) return 'No request gets out. What you send now goes out when you are back.'
  if (way === 'refused') return 'Messages fail, and can be tried again.'
  if (way === 'answers_lost') return 'Messages arrive, and nobody hears so: they are still stored once.'
  if (streams === 0) return 'No stream in this tab. If another tab is open, it holds the stream for both.'
  if (latencyMs > 0) return 'Each request, and what comes of its answer, is late.'
  return 'Silence is noticed after 60 s; everything else at once.'
}
