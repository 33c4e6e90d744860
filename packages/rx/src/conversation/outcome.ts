import type { Message } from '@parley/core'
import type { Timeline } from '../timeline/timeline.ts'

/**
 * What became of a message that was sent, as the timeline says: undefined as long as it is on its way.
 *
 * @throws Why it failed, or an `AbortError` where it was discarded.
 */
export function outcomeOf(key: string, { sent, unsent }: Timeline): Message | undefined {
  const isThis = (each: { key: string }): boolean => each.key === key
  const message = unsent.find(isThis) ?? sent.findLast(isThis)
  if (!message) throw new DOMException('Discarded', 'AbortError')
  if (message.status === 'sent') return message
  if (message.error) throw message.error
  return undefined
}
