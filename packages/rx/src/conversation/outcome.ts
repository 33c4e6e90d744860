import type { Message } from '@parley/core'
import { lookUp } from '../timeline/layered-map.ts'
import { keyName } from '../timeline/names.ts'
import type { Timeline } from '../timeline/timeline.ts'

/**
 * What became of a message that was sent, as the timeline says: undefined as long as it is on its way.
 *
 * @throws Why it failed, or an `AbortError` where it was discarded.
 */
export function outcomeOf(key: string, { names, unsent }: Timeline): Message | undefined {
  const message = unsent.find((each) => each.key === key) ?? lookUp(names, keyName(key))?.[0]
  if (!message) throw new DOMException('Discarded', 'AbortError')
  if (message.status === 'sent') return message
  if (message.error) throw message.error
  return undefined
}
