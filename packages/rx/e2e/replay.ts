interface Signal {
  type: string
  data: unknown
}

interface Delta {
  streamId: string
  sequence: number
  delta: string
}

/** What a server with the capability `resume` adds to its streams. */
export interface Replay {
  /** The frame as it goes out: with an id, if it is stored. */
  add: (signal: Signal) => string
  /** What a stream says first: where it begins, what was missed, and what is being written. */
  openingFrames: (lastId: string | string[] | undefined) => string
}

export function createReplay(): Replay {
  const frames: string[] = []
  const drafts = new Map<string, Delta>()

  function keepDraft({ type, data }: Signal): void {
    const { streamId, sequence, delta } = data as Delta
    if (type !== 'message_stream_delta') return void drafts.delete(streamId)
    drafts.set(streamId, { ...(data as Delta), sequence, delta: (drafts.get(streamId)?.delta ?? '') + delta })
  }

  return {
    add(signal) {
      const frame = toFrame(signal)
      if (signal.type.startsWith('message_stream_')) keepDraft(signal)
      if (/delta|typing/.test(signal.type)) return frame
      const withId = `id: ${frames.length + 1}\n${frame}`
      frames.push(withId)
      return withId
    },
    openingFrames(lastId) {
      const state = lastId === undefined ? 'fresh' : 'resumed'
      const place = lastId === undefined ? frames.length : Number(lastId)
      const announced = [...drafts.values()].map((data) => toFrame({ type: 'message_stream_delta', data }))
      const ready = `event: ready\ndata: ${JSON.stringify({ state, id: String(place) })}\n\n`
      return [ready, ...frames.slice(place), ...announced].join('')
    },
  }
}

/** What we add to the API's own signals has an event of its own. */
export function toFrame(signal: Signal): string {
  const { type, data } = signal
  const isWire = /^(message|event|participant)_/.test(type)
  return isWire
    ? `event: message\ndata: ${JSON.stringify(signal)}\n\n`
    : `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}
