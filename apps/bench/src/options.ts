import { parseArgs } from 'node:util'

export interface Options {
  /** The benchmarks to run; none for all. */
  readonly names: readonly string[]
  readonly rounds: number
  readonly seconds: number
  readonly isQuick: boolean
  readonly isProfiled: boolean
}

export const help = `pnpm bench [name…] [--rounds 5] [--seconds 3] [--quick] [--profile]`

/** @throws Error if an option is unknown or no number. */
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
    rounds: count('rounds', values.rounds ?? (values.quick ? '1' : '5')),
    seconds: count('seconds', values.seconds ?? (values.quick ? '1' : '3')),
    isQuick: values.quick,
    isProfiled: values.profile,
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 1_000) return value
  throw new Error(`Unable to read --${name} ${text}; give a number from 1 to 1,000.`)
}
