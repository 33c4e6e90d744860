import { useChatContext, type ChatContextValue } from '../provider/chat-context.ts'

/** Suspends until a user is connected. Throws permanent errors. */
export function useConnected(): ChatContextValue {
  const value = useChatContext()
  // The provider never connects on a server, so suspending would never end.
  if (typeof document === 'undefined')
    throw new Error(
      'Unable to render a chat on a server; the provider connects in the browser. ' +
        'The nearest <Suspense> renders its fallback.',
    )
  if (value.chat.state === 'failed') throw value.chat.error
  // oxlint-disable-next-line typescript/only-throw-error -- React suspends on a thrown promise
  if (value.chat.state === 'connecting') throw new Promise<void>((resolve) => value.resolvers.add(resolve))
  return value
}
