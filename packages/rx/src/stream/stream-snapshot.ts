import type { UserSignal } from '@parley/core'
import { appendDelta } from '../timeline/reduce-timeline.ts'
import type { SourceItem } from './stream-source.ts'

/** The current state of a stream, for late subscribers. */
export interface StreamSnapshot {
  record: (item: SourceItem) => void
  /** The last status, the `ready` of the open connection, and each streaming message with its text so far. */
  items: () => SourceItem[]
}

type DeltaSignal = Extract<UserSignal, { type: 'message_stream_delta' }>

export function createStreamSnapshot(): StreamSnapshot {
  let status: SourceItem[] = []
  let ready: SourceItem[] = []
  /** Each delta contains the whole text so far, as late subscribers have missed the earlier ones. */
  const deltas = new Map<string, { type: 'signal'; signal: DeltaSignal }>()

  function recordSignal(signal: UserSignal): void {
    if (signal.type === 'message_stream_complete' || signal.type === 'message_stream_abort')
      deltas.delete(signal.data.streamId)
    if (signal.type !== 'message_stream_delta') return
    const { data } = signal
    const delta = appendDelta(deltas.get(data.streamId)?.signal.data, data)
    if (delta !== undefined)
      deltas.set(data.streamId, { type: 'signal', signal: { ...signal, data: { ...data, delta } } })
  }

  return {
    record(item) {
      if (item.type === 'status') status = [item]
      else if (item.type === 'signal') recordSignal(item.signal)
      else if (item.type === 'ready') {
        ready = [{ type: 'ready', ready: { ...item.ready, state: 'fresh' } }]
        deltas.clear()
      }
    },
    items: () => [...status, ...ready, ...deltas.values()],
  }
}
