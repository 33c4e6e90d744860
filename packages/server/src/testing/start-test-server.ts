import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BotDefinition } from '../bots/bot-definition.ts'
import { createKillableServer, type ChatServer, type KillableServer } from '../create-server.ts'
import { createCors } from '../http/cors.ts'
import { createHttpServer } from '../http/http-server.ts'
import { createLogger, type Logger } from '../logger.ts'
import type { ServerOptions } from '../server-options.ts'
import { createFaultProxy } from './fault-proxy.ts'
import { listenOnStablePort } from './listen-on-stable-port.ts'
import { createSerialQueue } from './serial-queue.ts'
import type { TestServer } from './test-server.ts'

export interface TestServerOptions extends Partial<ServerOptions> {
  /** The bot of the webhook id `demo`. */
  readonly bot?: BotDefinition
  readonly encryptionKey?: string
  readonly auth?: 'shared' | 'personal'
}

interface Running extends KillableServer {
  readonly server: Server
  readonly logger: { isMuted: boolean }
}

const host = '127.0.0.1'

/**
 * Starts a real server on a free port of 127.0.0.1.
 *
 * Its database outlives `restart()` and is deleted by `close()`, unless `data` names a file.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { bot, encryptionKey, auth, ...rest } = options
  const demo = {
    ...(bot ? { bot } : {}),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(auth ? { auth } : {}),
  }
  const isOwn = rest.data === undefined || rest.data === ':memory:'
  const folder = isOwn ? mkdtempSync(join(tmpdir(), 'parley-test-')) : undefined
  const removeFolder = (): void => {
    process.off('exit', removeFolder)
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', removeFolder)
  const data = folder === undefined ? {} : { data: join(folder, 'parley.db'), isDurable: false }
  const front = createFaultProxy(createCors(rest.corsOrigins))
  const enqueue = createSerialQueue()
  let running: Running | undefined

  const run = async (port?: number): Promise<Running> => {
    const logger = mutable(rest.logger ?? createLogger())
    const mortal = await createKillableServer({ ...rest, ...data, logger, bots: { demo, ...rest.bots } })
    const { chat } = mortal
    const handler = front.handler((request, response) => {
      chat.handler(request, response)
    })
    const server = createHttpServer(handler, chat.respondToClientError)
    front.attach(server)
    const listen = async (at: number): Promise<void> => {
      server.listen(at, host)
      await once(server, 'listening')
    }
    await (port === undefined ? listenOnStablePort(listen) : listen(port))
    return { ...mortal, server, logger }
  }
  /** Accepts nobody any more. */
  const leave = ({ server }: Running): Promise<unknown> => {
    running = undefined
    return new Promise((resolve) => server.close(resolve))
  }
  const stop = async (): Promise<void> => {
    if (!running) return
    const { chat } = running
    const left = leave(running)
    // What a frozen server has not taken in would never be done.
    if (front.conditions.frozen !== 'none') front.disconnect()
    front.conditions.frozen = 'none'
    await chat.close()
    front.disconnect()
    await left
  }
  const kill = async (): Promise<void> => {
    if (!running) return
    const killed = running
    const left = leave(killed)
    killed.logger.isMuted = true
    front.disconnect()
    front.conditions.frozen = 'none'
    await killed.kill()
    await left
  }
  const close = (): Promise<void> =>
    enqueue(async () => {
      await stop()
      removeFolder()
    })

  running = await run().catch((error: unknown) => {
    removeFolder()
    throw error
  })
  const { port } = running.server.address() as AddressInfo
  const origin = `http://${host}:${port}`
  const start = async (): Promise<void> => {
    running ??= await run(port)
  }
  let { chat } = running

  return {
    url: `${origin}/demo`,
    origin,
    get chat(): ChatServer {
      return (chat = running?.chat ?? chat)
    },
    requests: front.requests,
    get connections() {
      return front.connections
    },
    get heldBytes() {
      return front.unreadBytes
    },
    get streams() {
      return running?.chat.listenerCount ?? 0
    },
    cut: (only) => {
      front.disconnect(only)
    },
    delay: (ms) => {
      front.conditions.delayMs = ms
    },
    freeze: ({ dropOutput = false } = {}) => {
      front.conditions.frozen = dropOutput ? 'mute' : 'frozen'
    },
    resume: () => {
      front.conditions.frozen = 'none'
      front.flush()
    },
    drop: ({ when = 'before', ...scope } = {}) => {
      front.faults.add({ outcome: when === 'before' ? 'lost' : 'unanswered' }, scope)
    },
    respond: (answer, scope = {}) => {
      front.faults.add({ outcome: 'answered', answer }, scope)
    },
    reset: () => {
      front.faults.clear()
      front.conditions.delayMs = 0
      front.conditions.frozen = 'none'
      front.flush()
    },
    expireReplay: () => {
      front.issuedIds.expire()
    },
    stop: () => enqueue(stop),
    kill: () => enqueue(kill),
    start: () => enqueue(start),
    restart: () =>
      enqueue(async () => {
        await stop()
        await start()
      }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A process that was killed says nothing any more. */
function mutable(logger: Logger): Logger & { isMuted: boolean } {
  const log = {
    isMuted: false,
    info: (fields: object, message: string) => {
      if (!log.isMuted) logger.info(fields, message)
    },
    warn: (fields: object, message: string) => {
      if (!log.isMuted) logger.warn(fields, message)
    },
    error: (fields: object, message: string) => {
      if (!log.isMuted) logger.error(fields, message)
    },
  }
  return log
}
