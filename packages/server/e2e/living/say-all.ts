import type { TestServer } from '../../src/testing/index.ts'
import type { Random } from './random.ts'
import type { Speaker } from './speaker.ts'
import { createTroubles } from './troubles.ts'
import { until } from './until.ts'
import type { Witness } from './witness.ts'

/** Every so many messages trouble begins, and half as many later it is over. */
const pace = 20

export interface Chaos {
  server: TestServer
  random: Random
  /** Whether the server may lose its log. */
  canForget: boolean
  witnesses: readonly Witness[]
}

/** Has texts said while one trouble after the other befalls the server; resolves when all were said and all trouble is over. */
export async function sayAll(
  texts: readonly string[],
  speakers: readonly [Speaker, ...Speaker[]],
  { server, random, canForget, witnesses }: Chaos,
): Promise<void> {
  const isNoticed = (): boolean => witnesses.some(({ connection }) => connection?.state !== 'online')
  const troubles = createTroubles(server, { random, canForget, noticed: () => until(isNoticed) })
  const saying: Promise<unknown>[] = []
  const failures: unknown[] = []
  let said = 0
  for (const [index, text] of texts.entries()) {
    if (index % pace === 0) await troubles.begin()
    if (index % pace === pace / 2) await troubles.end()
    const over = random
      .pick(speakers)(text)
      .catch((error: unknown) => failures.push(error))
    saying.push(over.then(() => said++))
    if (index % pace === pace - 1) await until(() => said > index - 2 * pace)
  }
  server.reset()
  await Promise.all(saying)
  if (failures.length > 0) throw new AggregateError(failures, 'not all was said')
}
