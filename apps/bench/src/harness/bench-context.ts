import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild, type Child } from './child.ts'
import type { Handlers } from './serve-parent.ts'

export interface BenchOptions {
  /** The time for which one subject is measured in one round. */
  readonly seconds: number
  /** Reduces all counts. Shows whether a benchmark works; its results mean little. */
  readonly isQuick: boolean
  /** Writes a CPU profile of each thread of Parley's processes to the results folder. */
  readonly isProfiled: boolean
}

/** Starts the processes and creates the files of one benchmark. Disposal stops and deletes them. */
export interface BenchContext extends BenchOptions, AsyncDisposable {
  /** Starts a file of `src` in a child process. `isParley` selects it for profiling. */
  start<H extends Handlers>(
    file: string,
    options?: { execArgv?: readonly string[]; isParley?: boolean },
  ): Promise<Child<H>>
  /** An empty folder on the project's disk. A temporary file system in memory would make flushes free. */
  createTemporaryFolder(): string
  /** A folder that is kept for later runs. */
  openCacheFolder(name: string): string
}

export const resultsFolder: string = fileURLToPath(new URL('../../results', import.meta.url))
const dataFolder = fileURLToPath(new URL('../../data', import.meta.url))

export function createBenchContext(options: BenchOptions): BenchContext {
  const stack = new AsyncDisposableStack()
  const profilerOptions = ['--cpu-prof', `--cpu-prof-dir=${resultsFolder}`]
  return {
    ...options,
    start: async <H extends Handlers>(
      file: string,
      { execArgv = [], isParley = false }: { execArgv?: readonly string[]; isParley?: boolean } = {},
    ) => {
      const moreOptions = isParley && options.isProfiled ? profilerOptions : []
      return stack.use(await startChild<H>(file, [...execArgv, ...moreOptions]))
    },
    createTemporaryFolder: () => {
      mkdirSync(dataFolder, { recursive: true })
      const folder = mkdtempSync(join(dataFolder, 'run-'))
      stack.defer(() => {
        rmSync(folder, { recursive: true, force: true })
      })
      return folder
    },
    openCacheFolder: (name) => {
      const folder = join(dataFolder, name)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
