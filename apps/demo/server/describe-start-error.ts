import { dirname } from 'node:path'

/** Describes in one line why the demo did not start, and what to do. */
export function describeStartError(error: unknown, { port, data }: { port: number; data: string }): string {
  const code = findSystemCode(error)
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Unable to listen on port ${port}; it is in use. ` +
        `Stop the other program, or choose another port: npm start -- --port ${port + 1}`
      )
    case 'EACCES':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOSPC':
    case 'ENOTDIR':
    case 'EPERM':
    case 'EROFS':
      if (isListenError(error))
        return `Unable to listen on port ${port} (${code}). Choose another port: npm start -- --port 3000`
      return (
        `Unable to write to the folder "${dirname(data)}" (${code}). ` +
        'Make it writable, or choose another file: npm start -- --data ./chat.db'
      )
    default:
      return firstLine(error)
  }
}

function findSystemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : undefined
  return code?.startsWith('E') && !code.startsWith('ERR_') ? code : findSystemCode(error.cause)
}

function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen'
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? 'Unable to start; the error has no message.'
}
