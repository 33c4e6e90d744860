import { useConversation } from '@parley/react'
import { useState } from 'react'
import { useHasCapability } from '../layout/server-info-context.ts'
import { getErrorMessage } from '../ui/error-message.tsx'
import { useToast } from '../ui/toasts.tsx'

/** Stops the bot's streaming answer. A failure shows a toast. */
export function useStop(conversationId: string): {
  /** Whether an answer streams, and the server can stop it. */
  canStop: boolean
  /** Whether a request is in flight. A second one could stop the next answer. */
  isStopping: boolean
  stop: () => Promise<void>
} {
  const { isAnswering, stop } = useConversation(conversationId)
  const hasStop = useHasCapability('stop')
  const toast = useToast()
  const [isStopping, setIsStopping] = useState(false)

  return {
    canStop: hasStop && isAnswering,
    isStopping,
    async stop() {
      setIsStopping(true)
      try {
        await stop()
      } catch (error) {
        const reason = getErrorMessage(error)
        toast(`Unable to stop; ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`)
      } finally {
        setIsStopping(false)
      }
    },
  }
}
