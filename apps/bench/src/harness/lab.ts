import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Handlers } from './answer-parent.ts'
import { startChild, type Child } from './child.ts'

export interface LabOptions {
  /** How long one cell is measured in one round. */
  readonly seconds: number
  /** Fewer of everything: to see that it works, not to believe the figures. */
  readonly isQuick: boolean
  /** Whether the servers that are ours leave a CPU profile of each thread in the results. */
  readonly isProfiled: boolean
}

/** What a benchmark works with: processes and files that end with it. */
export interface Lab extends LabOptions, AsyncDisposable {
  /** Starts a file of `src` in a process of its own. */
  start<Answers extends Handlers>(
    file: string,
    options?: { execArgv?: readonly string[]; isOurs?: boolean },
  ): Promise<Child<Answers>>
  /** An empty folder on the disk that the project is on, so that a flush is a flush. */
  temporaryFolder(): string
  /** A folder that stays for the next run. */
  lastingFolder(name: string): string
}

export const resultsFolder: string = fileURLToPath(new URL('../../results', import.meta.url))
const dataFolder = fileURLToPath(new URL('../../data', import.meta.url))

export function openLab(options: LabOptions): Lab {
  const stack = new AsyncDisposableStack()
  const profiling = ['--cpu-prof', `--cpu-prof-dir=${resultsFolder}`]
  return {
    ...options,
    start: async <Answers extends Handlers>(
      file: string,
      { execArgv = [], isOurs = false }: { execArgv?: readonly string[]; isOurs?: boolean } = {},
    ) => {
      const more = isOurs && options.isProfiled ? profiling : []
      return stack.use(await startChild<Answers>(file, [...execArgv, ...more]))
    },
    temporaryFolder: () => {
      mkdirSync(dataFolder, { recursive: true })
      const folder = mkdtempSync(join(dataFolder, 'run-'))
      stack.defer(() => {
        rmSync(folder, { recursive: true, force: true })
      })
      return folder
    },
    lastingFolder: (name) => {
      const folder = join(dataFolder, name)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
