import type { TestServer } from '../../src/testing/index.ts'
import type { Random } from './random.ts'

/** Causes a fault of the server or its network. @returns How to end it, unless it ends by itself. */
type Fault = (server: TestServer, random: Random) => Promise<Recovery | void>

interface Recovery {
  /** Whether only an idle timeout of a client detects the fault. */
  isFreeze: boolean
  apply: () => void
}

const isStream = ({ path }: { path: string }): boolean => path.endsWith('/listen')
const randomTimes = (random: Random): number => 1 + Math.floor(random.next() * 4)

const faults: readonly [Fault, ...Fault[]] = [
  async (server) => server.cutConnections(),
  async (server) => server.cutConnections(isStream),
  async (server) => server.restart(),
  async (server) => {
    await server.kill()
    await server.start()
  },
  async (server, random) => {
    server.freeze({ holdOutput: random.chance(0.5) })
    return { isFreeze: true, apply: () => server.resume() }
  },
  async (server) => {
    server.delay(20)
    return { isFreeze: false, apply: () => server.delay(0) }
  },
  async (server, random) => server.drop({ times: randomTimes(random) }),
  async (server, random) => server.drop({ times: randomTimes(random), when: 'after' }),
  async (server, random) =>
    server.respond({ status: 503, type: 'Unavailable' }, { times: randomTimes(random) }),
  async (server) => {
    // A response of a load balancer, not in the API's error shape.
    server.respond({ status: 403, body: '<h1>No</h1>', contentType: 'text/html' }, { only: isStream })
    server.cutConnections(isStream)
  },
]

const replayLoss: Fault = async (server) => {
  server.expireReplay()
  server.cutConnections(isStream)
}

export interface FaultOptions {
  random: Random
  /** Whether a fault may expire the replay, so that no stream can resume. */
  canExpireReplay: boolean
  /** Resolves when a client has detected that the server is frozen. */
  untilDetected: () => Promise<void>
}

/** Injects random faults, one at a time. */
export interface FaultInjector {
  begin: () => Promise<void>
  /** Ends the current fault. In half of the freezes, waits until a client has detected it. */
  end: () => Promise<void>
}

export function createFaultInjector(
  server: TestServer,
  { random, canExpireReplay, untilDetected }: FaultOptions,
): FaultInjector {
  const possible: typeof faults = canExpireReplay ? [...faults, replayLoss, replayLoss] : faults
  let recovery: Recovery | void
  return {
    async begin() {
      recovery = await random.pick(possible)(server, random)
    },
    async end() {
      if (recovery?.isFreeze && random.chance(0.5)) await untilDetected()
      recovery?.apply()
      recovery = undefined
    },
  }
}
