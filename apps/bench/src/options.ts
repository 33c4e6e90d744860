import { parseArgs } from 'node:util'

export interface Options {
  /** The benchmarks to run. If empty, all. */
  readonly names: readonly string[]
  readonly rounds: number
  readonly seconds: number
  readonly isQuick: boolean
  readonly isProfiled: boolean
}

export const usage = `pnpm bench [name…] [--rounds 5] [--seconds 3] [--quick] [--profile]`

/** @throws Error if an option is unknown or not a number. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  })
  return {
    names: positionals,
    rounds: parseCount('rounds', values.rounds ?? (values.quick ? '1' : '5')),
    seconds: parseCount('seconds', values.seconds ?? (values.quick ? '1' : '3')),
    isQuick: values.quick,
    isProfiled: values.profile,
  }
}

function parseCount(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 1_000) return value
  throw new Error(`Unable to read --${name} "${text}"; the value must be a number above 0 and at most 1,000.`)
}
