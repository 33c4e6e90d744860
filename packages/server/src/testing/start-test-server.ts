import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BotDefinition } from '../bots/bot-definition.ts'
import { startServer, type ChatServer, type StartedServer } from '../create-server.ts'
import { createCors } from '../http/app.ts'
import { createHttpServer } from '../http/http-server.ts'
import { createLogger, type Logger } from '../logger.ts'
import type { ServerOptions } from '../server-options.ts'
import type { CommitBarrier } from '../storage/commit-barrier.ts'
import { createAsker } from './ask.ts'
import { createFaultProxy } from './fault-proxy.ts'
import { listenOnReusablePort } from './listen-on-reusable-port.ts'
import type { TestServer } from './test-server.ts'

export interface TestServerOptions extends Partial<ServerOptions> {
  /** The bot with the webhook id `demo`. */
  readonly bot?: BotDefinition
  readonly encryptionKey?: string
  readonly auth?: 'shared' | 'personal'
  /** Holds commits back from the disk: from `createCommitBarrier()`. */
  readonly commitBarrier?: CommitBarrier
}

interface Running extends StartedServer {
  readonly server: Server
  readonly logger: { isMuted: boolean }
}

const host = '127.0.0.1'

/**
 * Starts a real server on a free port of 127.0.0.1.
 *
 * Its database persists across `restart()`. `close()` deletes it, unless `data` is the path of a file.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { bot, encryptionKey, auth, commitBarrier, ...rest } = options
  const demo = {
    ...(bot ? { bot } : {}),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(auth ? { auth } : {}),
  }
  const isTemporary = rest.data === undefined || rest.data === ':memory:'
  const folder = isTemporary ? mkdtempSync(join(tmpdir(), 'parley-test-')) : undefined
  const removeFolder = (): void => {
    process.off('exit', removeFolder)
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', removeFolder)
  const data = folder === undefined ? {} : { data: join(folder, 'parley.db') }
  const proxy = createFaultProxy(createCors(rest.corsOrigins))
  const enqueue = createSerialQueue()
  const asker = createAsker({
    url: () => `${origin}/demo`,
    personalKey: auth === 'personal' ? encryptionKey : undefined,
    hasMessageHandler: bot?.onMessage !== undefined,
  })
  let running: Running | undefined

  const run = async (port?: number): Promise<Running> => {
    const logger = createMutableLogger(rest.logger ?? createLogger())
    const started = await startServer(
      { ...rest, ...data, logger, bots: { demo, ...rest.bots } },
      {
        isDurable: folder === undefined,
        ...(commitBarrier ? { commitBarrier } : {}),
        onTurnFinished: (webhookId, turn) => {
          if (webhookId === 'demo') asker.onTurnFinished(turn)
        },
      },
    )
    const { chat } = started
    const handler = proxy.handler((request, response) => {
      chat.nodeHandlers.request(request, response)
    })
    const server = createHttpServer(handler, chat.nodeHandlers.clientError)
    proxy.attach(server)
    const listen = async (freePort: number): Promise<void> => {
      server.listen(freePort, host)
      await once(server, 'listening')
    }
    await (port === undefined ? listenOnReusablePort(listen) : listen(port))
    return { ...started, server, logger }
  }
  /** Stops accepting connections. */
  const stopAccepting = ({ server }: Running): Promise<unknown> => {
    running = undefined
    return new Promise((resolve) => server.close(resolve))
  }
  const stop = async (): Promise<void> => {
    if (!running) return
    const { chat } = running
    const closed = stopAccepting(running)
    // A frozen server would never complete its requests.
    if (proxy.conditions.frozen !== 'none') proxy.disconnect()
    proxy.conditions.frozen = 'none'
    await chat.close()
    proxy.disconnect()
    await closed
  }
  const kill = async (): Promise<void> => {
    if (!running) return
    const killed = running
    const closed = stopAccepting(killed)
    killed.logger.isMuted = true
    proxy.disconnect()
    proxy.conditions.frozen = 'none'
    await killed.kill()
    await closed
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
    ask: asker.ask,
    failedTurns: asker.failedTurns,
    requests: proxy.requests,
    get connections() {
      return proxy.connections
    },
    get unreadBytes() {
      return proxy.unreadBytes
    },
    get streams() {
      return running?.chat.listenerCount ?? 0
    },
    cutConnections: (only) => {
      proxy.disconnect(only)
    },
    delay: (ms) => {
      proxy.conditions.delayMs = ms
    },
    freeze: ({ holdOutput = false } = {}) => {
      proxy.conditions.frozen = holdOutput ? 'output' : 'all'
    },
    resume: () => {
      proxy.conditions.frozen = 'none'
      proxy.flush()
    },
    drop: ({ when = 'before', ...scope } = {}) => {
      proxy.faults.add({ outcome: when === 'before' ? 'dropped' : 'response_dropped' }, scope)
    },
    respond: (response, scope = {}) => {
      proxy.faults.add({ outcome: 'replaced', response }, scope)
    },
    reset: () => {
      proxy.faults.clear()
      proxy.conditions.delayMs = 0
      proxy.conditions.frozen = 'none'
      proxy.flush()
    },
    expireReplay: () => {
      proxy.issuedIds.expire()
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

/** A logger that can be muted, as a killed process logs nothing. */
function createMutableLogger(logger: Logger): Logger & { isMuted: boolean } {
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

/** Runs tasks one at a time, in order; immediately if none is running. */
function createSerialQueue(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<void> | undefined

  return (task) => {
    const result = last ? last.then(task, task) : task()
    last = result
    const clear = (): void => {
      if (last === result) last = undefined
    }
    result.then(clear, clear)
    return result
  }
}
