import { within, type Bounds } from './within.ts'

/** Resolves after `timeoutMs`, or rejects with its reason as soon as `signal` aborts. */
export async function sleep(bounds: Bounds): Promise<void> {
  await within(bounds, () => new Promise(() => {})).catch(() => bounds.signal?.throwIfAborted())
}
