import { setTimeout } from 'node:timers/promises'

/** How the bot waits. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

/** Waits, or rejects as soon as the turn is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal })
}
