import { readFileSync } from 'node:fs'

/** The largest resident memory that a process ever had, in MiB. */
export function peakMemoryMib(pid: number | undefined): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1024
}
