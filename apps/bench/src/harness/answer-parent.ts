/** What a child process does for the harness, by name. */
export type Handlers = Record<string, (input: never) => unknown>

export interface Question {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

export type Reply =
  | 'ready'
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown }

/** What a process has used so far, all of its threads together, by the operating system's count. */
export interface Usage {
  readonly cpuMicroseconds: number
  readonly rssBytes: number
}

/** Answers the process that started this one, and ends with it. */
export function answerParent(handlers: Handlers): void {
  const reply = (message: Reply): void => {
    process.send?.(message)
  }
  const answer = async ({ id, name, input }: Question): Promise<void> => {
    try {
      const handler = handlers[name]
      if (!handler) throw new Error(`this process knows no ${name}`)
      reply({ id, value: await handler(input as never) })
    } catch (error) {
      reply({ id, error })
    }
  }
  process.on('message', (question) => void answer(question as Question))
  process.on('disconnect', () => {
    process.exit()
  })
  reply('ready')
}

/** In a process that was started with `--expose-gc`, memory is what remains after a collection. */
export function usage(): Usage {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() }
}
