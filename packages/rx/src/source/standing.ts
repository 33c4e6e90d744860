import type { ConnectionStatus, StreamReady, UserSignal } from '@parley/core'
import { grownText } from '../timeline/fold-delta.ts'
import type { SourceItem } from './conversation-source.ts'

/** How a stream stands: what somebody who comes late has to be told first. */
export interface Standing {
  hear: (item: SourceItem) => void
  /** The last status, that it is open, and what is being written, with its text so far. */
  items: () => SourceItem[]
  forget: () => void
}

type DeltaSignal = Extract<UserSignal, { type: 'message_stream_delta' }>

export function createStanding(): Standing {
  /** Drafts with their text so far: their first deltas have passed when somebody comes late. */
  const drafts = new Map<string, DeltaSignal>()
  let status: ConnectionStatus | undefined
  let ready: StreamReady | undefined

  function hearSignal(signal: UserSignal): void {
    if (signal.type === 'message_stream_complete' || signal.type === 'message_stream_abort')
      drafts.delete(signal.data.streamId)
    if (signal.type !== 'message_stream_delta') return
    const { streamId } = signal.data
    const former = drafts.get(streamId)?.data
    const delta = former ? grownText(former.delta, former.sequence, signal.data) : signal.data.delta
    if (delta !== undefined) drafts.set(streamId, { ...signal, data: { ...signal.data, delta } })
  }

  return {
    hear(item) {
      if (item.type === 'status') status = item.status
      else if (item.type === 'ready') {
        ready = { ...item.ready, state: 'fresh' }
        drafts.clear()
      } else if (item.type === 'signal') hearSignal(item.signal)
    },
    items: () => [
      ...(status ? [{ type: 'status' as const, status }] : []),
      ...(ready ? [{ type: 'ready' as const, ready }] : []),
      ...[...drafts.values()].map((signal) => ({ type: 'signal' as const, signal })),
    ],
    forget() {
      status = ready = undefined
      drafts.clear()
    },
  }
}
