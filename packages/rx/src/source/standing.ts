import type { UserSignal } from '@parley/core'
import { grownText } from '../timeline/fold-delta.ts'
import type { SourceItem } from './conversation-source.ts'

/** How a stream stands: what somebody who comes late has to be told first. */
export interface Standing {
  hear: (item: SourceItem) => void
  /** The last status, that it is open, and what is being written, with its text so far. */
  items: () => SourceItem[]
}

type DeltaSignal = Extract<UserSignal, { type: 'message_stream_delta' }>

export function createStanding(): Standing {
  let status: SourceItem[] = []
  let ready: SourceItem[] = []
  /** Drafts with their text so far: their first deltas have passed when somebody comes late. */
  const drafts = new Map<string, { type: 'signal'; signal: DeltaSignal }>()

  function hearSignal(signal: UserSignal): void {
    if (signal.type === 'message_stream_complete' || signal.type === 'message_stream_abort')
      drafts.delete(signal.data.streamId)
    if (signal.type !== 'message_stream_delta') return
    const { data } = signal
    const delta = grownText(drafts.get(data.streamId)?.signal.data, data)
    if (delta !== undefined)
      drafts.set(data.streamId, { type: 'signal', signal: { ...signal, data: { ...data, delta } } })
  }

  return {
    hear(item) {
      if (item.type === 'status') status = [item]
      else if (item.type === 'signal') hearSignal(item.signal)
      else if (item.type === 'ready') {
        ready = [{ type: 'ready', ready: { ...item.ready, state: 'fresh' } }]
        drafts.clear()
      }
    },
    items: () => [...status, ...ready, ...drafts.values()],
  }
}
