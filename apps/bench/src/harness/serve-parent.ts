/** The functions of a child process that the harness can call, by name. */
export type Handlers = Record<string, (input: never) => unknown>

export interface ParentRequest {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

export type ChildMessage =
  | 'ready'
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown }

/** Resources that a process has used so far, summed over its threads, as counted by the operating system. */
export interface Usage {
  readonly cpuMicroseconds: number
  readonly rssBytes: number
}

/** Handles requests of the parent process, and exits with it. */
export function serveParent(handlers: Handlers): void {
  const send = (message: ChildMessage): void => {
    process.send?.(message)
  }
  const respond = async ({ id, name, input }: ParentRequest): Promise<void> => {
    try {
      const handler = handlers[name]
      if (!handler) throw new Error(`Unable to call ${name}; this process has no such handler.`)
      send({ id, value: await handler(input as never) })
    } catch (error) {
      send({ id, error })
    }
  }
  process.on('message', (request) => void respond(request as ParentRequest))
  process.on('disconnect', () => {
    process.exit()
  })
  send('ready')
}

/** Under `--expose-gc`, collects garbage first. */
export function measureUsage(): Usage {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() }
}
