interface Signal {
  type: string
  data: unknown
}

interface Delta {
  streamId: string
  sequence: number
  delta: string
}

/** The replay of a server with the capability `resume`. */
export interface Replay {
  /** Returns the frame of a signal, with an id if it is stored. */
  add: (signal: Signal) => string
  /** The first frames of a stream: `ready`, the missed signals, and the announcements of open streams. */
  openingFrames: (lastId: string | string[] | undefined) => string
}

export function createReplay(): Replay {
  const frames: string[] = []
  const drafts = new Map<string, Delta>()

  function updateDraft({ type, data }: Signal): void {
    const { streamId, sequence, delta } = data as Delta
    if (type !== 'message_stream_delta') return void drafts.delete(streamId)
    drafts.set(streamId, { ...(data as Delta), sequence, delta: (drafts.get(streamId)?.delta ?? '') + delta })
  }

  return {
    add(signal) {
      const frame = toFrame(signal)
      if (signal.type.startsWith('message_stream_')) updateDraft(signal)
      if (/delta|typing/.test(signal.type)) return frame
      const withId = `id: ${frames.length + 1}\n${frame}`
      frames.push(withId)
      return withId
    },
    openingFrames(lastId) {
      const state = lastId === undefined ? 'fresh' : 'resumed'
      const position = lastId === undefined ? frames.length : Number(lastId)
      const announced = [...drafts.values()].map((data) => toFrame({ type: 'message_stream_delta', data }))
      const ready = `event: ready\ndata: ${JSON.stringify({ state, id: String(position) })}\n\n`
      return [ready, ...frames.slice(position), ...announced].join('')
    },
  }
}

/** Signals that extend the API use an SSE event name of their own. */
export function toFrame(signal: Signal): string {
  const { type, data } = signal
  const isWire = /^(message|event|participant)_/.test(type)
  return isWire
    ? `event: message\ndata: ${JSON.stringify(signal)}\n\n`
    : `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}
