import { useChatContext, type ChatContextValue } from '../provider/chat-context.ts'

/** Suspends until somebody is connected, and throws what no retry can mend. */
export function useConnected(): ChatContextValue {
  const value = useChatContext()
  // A server cannot wait for what it never starts.
  if (typeof document === 'undefined')
    throw new Error(
      'Unable to render a chat on a server; it shows the fallback of the <Suspense> around it, and goes on in the browser.',
    )
  if (value.chat.state === 'failed') throw value.chat.error
  // oxlint-disable-next-line typescript/only-throw-error -- React waits for what is thrown
  if (value.chat.state === 'connecting') throw new Promise<void>((goOn) => value.waiting.add(goOn))
  return value
}
