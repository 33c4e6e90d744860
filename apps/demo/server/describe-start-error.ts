import { dirname } from 'node:path'

/** Says in one line what keeps the demo from starting, and what to do about it. */
export function describeStartError(error: unknown, { port, data }: { port: number; data: string }): string {
  const code = findSystemCode(error)
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Stop what uses it, or take another: npm start -- --port ${port + 1}`
    case 'EACCES':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOSPC':
    case 'ENOTDIR':
    case 'EPERM':
    case 'EROFS':
      if (isAboutListening(error))
        return `Port ${port} may not be used (${code}). Take another: npm start -- --port 3000`
      return `The folder ${dirname(data)} cannot be written (${code}). Make it writable, or keep the data elsewhere: npm start -- --data ./chat.db`
    default:
      return firstLine(error)
  }
}

function findSystemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const own = 'code' in error ? String(error.code) : undefined
  return own?.startsWith('E') && !own.startsWith('ERR_') ? own : findSystemCode(error.cause)
}

function isAboutListening(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? 'Something is wrong, and does not say what.'
}
