import type { TestServer } from '../../src/testing/index.ts'
import type { Random } from './random.ts'

/** Something that befalls a server or its network. @returns What ends it, where it does not end by itself. */
type Trouble = (server: TestServer, random: Random) => Promise<Cure | void>

interface Cure {
  isSilence: boolean
  apply: () => void
}

const isStream = ({ path }: { path: string }): boolean => path.endsWith('/listen')
const some = (random: Random): number => 1 + Math.floor(random.next() * 4)

const troubles: readonly [Trouble, ...Trouble[]] = [
  async (server) => server.cut(),
  async (server) => server.cut(isStream),
  async (server) => server.restart(),
  async (server) => {
    await server.kill()
    await server.start()
  },
  async (server, random) => {
    server.freeze({ dropOutput: random.chance(0.5) })
    return { isSilence: true, apply: () => server.resume() }
  },
  async (server) => {
    server.delay(20)
    return { isSilence: false, apply: () => server.delay(0) }
  },
  async (server, random) => server.drop({ times: some(random) }),
  async (server, random) => server.drop({ times: some(random), when: 'after' }),
  async (server, random) => server.respond({ status: 503, type: 'Unavailable' }, { times: some(random) }),
  async (server) => {
    // A load balancer's, with nothing of the API's error shape.
    server.respond({ status: 403, body: '<h1>No</h1>', contentType: 'text/html' }, { only: isStream })
    server.cut(isStream)
  },
]

const lossOfLog: Trouble = async (server) => {
  server.expireReplay()
  server.cut(isStream)
}

export interface TroubleOptions {
  random: Random
  /** Whether the log may be lost, so that no stream can be resumed. */
  canForget: boolean
  /** Resolves when somebody has noticed that it is silent. */
  noticed: () => Promise<void>
}

export interface Troubles {
  begin: () => Promise<void>
  /** Ends what does not end by itself; silence, as often as not, only when somebody has noticed. */
  end: () => Promise<void>
}

/** One random trouble after the other befalls the server; each is over before the next. */
export function createTroubles(server: TestServer, { random, canForget, noticed }: TroubleOptions): Troubles {
  const all: typeof troubles = canForget ? [...troubles, lossOfLog, lossOfLog] : troubles
  let cure: Cure | void
  return {
    async begin() {
      cure = await random.pick(all)(server, random)
    },
    async end() {
      if (cure?.isSilence && random.chance(0.5)) await noticed()
      cure?.apply()
      cure = undefined
    },
  }
}
