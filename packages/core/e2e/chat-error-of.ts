import { isChatError, type ChatError } from '../src/index.ts'

/** The ChatError that a call fails with. */
export async function chatErrorOf(call: Promise<unknown>): Promise<ChatError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  )
  if (isChatError(outcome)) return outcome
  throw new Error('it did not fail with a ChatError', { cause: outcome })
}
