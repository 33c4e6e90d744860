import { setTimeout } from 'node:timers/promises'

/** Delays the bot. Rejects when `signal` aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal })
}
