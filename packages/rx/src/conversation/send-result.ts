import type { Message } from '@parley/core'
import { lookUp } from '../timeline/layered-map.ts'
import { indexKeyForKey } from '../timeline/stored-messages.ts'
import type { Timeline } from '../timeline/timeline.ts'

/**
 * The stored message of a send, according to the timeline. Undefined while it is being sent.
 *
 * @throws The reason for the failure, or an `AbortError` if the message was discarded.
 */
export function getSendResult(key: string, { index, pending }: Timeline): Message | undefined {
  const message =
    pending.find((candidate) => candidate.key === key) ?? lookUp(index, indexKeyForKey(key))?.[0]
  if (!message) throw new DOMException('Discarded', 'AbortError')
  if (message.status === 'sent') return message
  if (message.error) throw message.error
  return undefined
}
