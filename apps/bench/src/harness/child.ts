import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { ChildMessage, Handlers, ParentRequest } from './serve-parent.ts'

/** A child process. `call` runs a handler that its file passed to `serveParent`. */
export interface Child<H extends Handlers> extends AsyncDisposable {
  call<Name extends keyof H & string>(
    name: Name,
    ...input: Parameters<H[Name]>
  ): Promise<Awaited<ReturnType<H[Name]>>>
  stop(): Promise<void>
}

const stopTimeoutMs = 10_000
/** Filling a large database is the slowest call. */
const callTimeoutMs = 15 * 60 * 1000

/**
 * Starts a file of this package in a child process.
 *
 * @param file - Relative to `src`.
 * @param execArgv - Options for Node, in addition to those of this process.
 */
export async function startChild<H extends Handlers>(
  file: string,
  execArgv: readonly string[] = [],
): Promise<Child<H>> {
  const child = fork(new URL(`../${file}`, import.meta.url), {
    execArgv: [...process.execArgv, ...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const pendingCalls = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<void>()
  let nextId = 0
  let isStopping = false

  child.on('message', (data) => {
    const message = data as ChildMessage
    if (message === 'ready') {
      ready.resolve()
      return
    }
    const pending = pendingCalls.get(message.id)
    pendingCalls.delete(message.id)
    if ('error' in message) pending?.reject(message.error)
    else pending?.resolve(message.value)
  })
  child.once('exit', (code, signal) => {
    const error = new Error(`${file} exited early (${signal ?? code})`)
    ready.reject(error)
    for (const pending of pendingCalls.values()) pending.reject(error)
  })
  await ready.promise

  const call = (name: string, input?: unknown): Promise<unknown> => {
    const id = nextId++
    const pending = Promise.withResolvers<unknown>()
    pendingCalls.set(id, pending)
    child.send({ id, name, input } satisfies ParentRequest)
    const timer = setTimeout(() => {
      pending.reject(new Error(`${file} did not respond to ${name} in time`))
    }, callTimeoutMs)
    return pending.promise.finally(() => {
      clearTimeout(timer)
    })
  }

  const stop = async (): Promise<void> => {
    if (isStopping) return
    isStopping = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    child.disconnect()
    await exited
    clearTimeout(timer)
  }

  return {
    call: call as Child<H>['call'],
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
