import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Handlers, Question, Reply } from './answer-parent.ts'

/** A process of the harness's own, asked by name for what its file gives to `answerParent`. */
export interface Child<Answers extends Handlers> extends AsyncDisposable {
  ask<Name extends keyof Answers & string>(
    name: Name,
    ...input: Parameters<Answers[Name]>
  ): Promise<Awaited<ReturnType<Answers[Name]>>>
  end(): Promise<void>
}

const endWithinMs = 10_000
/** Filling a large database takes longest. */
const answerWithinMs = 15 * 60 * 1000

/**
 * Starts a file of this package in a process of its own.
 *
 * @param file - Relative to `src`.
 * @param execArgv - Options for Node, beside those of this process.
 */
export async function startChild<Answers extends Handlers>(
  file: string,
  execArgv: readonly string[] = [],
): Promise<Child<Answers>> {
  const child = fork(new URL(`../${file}`, import.meta.url), {
    execArgv: [...process.execArgv, ...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<void>()
  let asked = 0
  let isEnding = false

  child.on('message', (message) => {
    const reply = message as Reply
    if (reply === 'ready') {
      ready.resolve()
      return
    }
    const question = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) question?.reject(reply.error)
    else question?.resolve(reply.value)
  })
  child.once('exit', (code, signal) => {
    const failure = new Error(`${file} ended early (${signal ?? code})`)
    ready.reject(failure)
    for (const question of waiting.values()) question.reject(failure)
  })
  await ready.promise

  const ask = (name: string, input?: unknown): Promise<unknown> => {
    const id = asked++
    const question = Promise.withResolvers<unknown>()
    waiting.set(id, question)
    child.send({ id, name, input } satisfies Question)
    const patience = setTimeout(() => {
      question.reject(new Error(`${file} did not answer ${name} in time`))
    }, answerWithinMs)
    return question.promise.finally(() => {
      clearTimeout(patience)
    })
  }

  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    const patience = setTimeout(() => child.kill('SIGKILL'), endWithinMs)
    child.disconnect()
    await exited
    clearTimeout(patience)
  }

  return {
    ask: ask as Child<Answers>['ask'],
    end,
    [Symbol.asyncDispose]: end,
  }
}
