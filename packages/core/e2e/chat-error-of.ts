import { isChatError, type ChatError } from '../src/index.ts'

/** Returns the ChatError with which a call rejects. */
export async function chatErrorOf(call: Promise<unknown>): Promise<ChatError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  )
  if (isChatError(outcome)) return outcome
  throw new Error('the call did not reject with a ChatError', { cause: outcome })
}
