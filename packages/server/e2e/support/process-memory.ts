import { readFileSync } from 'node:fs'

/** The peak resident memory of a process, in MiB. */
export function peakMemoryMib(pid: number | undefined): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1024
}
