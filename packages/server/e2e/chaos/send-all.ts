import type { TestServer } from '../../src/testing/index.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { ConversationRecorder } from './conversation-recorder.ts'
import { createFaultInjector } from './fault-injector.ts'
import type { Random } from './random.ts'
import type { TextSender } from './text-sender.ts'

/** A fault begins with every 20th message and ends 10 messages later. */
const messagesPerFault = 20

export interface ChaosOptions {
  server: TestServer
  random: Random
  /** Whether a fault may expire the replay of the server. */
  canExpireReplay: boolean
  recorders: readonly ConversationRecorder[]
}

/** Sends the texts during a sequence of faults. Resolves when all texts are sent and the last fault has ended. */
export async function sendAll(
  texts: readonly string[],
  senders: readonly [TextSender, ...TextSender[]],
  { server, random, canExpireReplay, recorders }: ChaosOptions,
): Promise<void> {
  const isDetected = (): boolean => recorders.some(({ connection }) => connection?.state !== 'online')
  const untilDetected = (): Promise<void> => waitUntil(isDetected)
  const injector = createFaultInjector(server, { random, canExpireReplay, untilDetected })
  const pending: Promise<unknown>[] = []
  const failures: unknown[] = []
  let settledCount = 0
  for (const [index, text] of texts.entries()) {
    if (index % messagesPerFault === 0) await injector.begin()
    if (index % messagesPerFault === messagesPerFault / 2) await injector.end()
    const sending = random
      .pick(senders)(text)
      .catch((error: unknown) => failures.push(error))
    pending.push(sending.then(() => settledCount++))
    if (index % messagesPerFault === messagesPerFault - 1)
      await waitUntil(() => settledCount > index - 2 * messagesPerFault)
  }
  server.reset()
  await Promise.all(pending)
  if (failures.length > 0) throw new AggregateError(failures, 'some texts were not sent')
}
