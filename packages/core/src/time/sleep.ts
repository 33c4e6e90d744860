import { withTimeout, type Deadline } from './with-timeout.ts'

/** Resolves after `timeoutMs`, or rejects with the signal's reason as soon as `signal` aborts. */
export async function sleep(deadline: Deadline): Promise<void> {
  await withTimeout(deadline, () => new Promise(() => {})).catch(() => deadline.signal?.throwIfAborted())
}
