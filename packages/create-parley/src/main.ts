import { run } from './run.ts'
import { UsageError } from './usage-error.ts'

const { stdin, stdout, stderr } = process
const canceledExitCode = 130

// Without a handler, a signal could end the process between two files.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stderr.write('create-parley: Canceled.\n')
    process.exit(canceledExitCode)
  })
}
try {
  process.exitCode = await run({
    argv: process.argv.slice(2),
    env: process.env,
    terminal: stdin.isTTY && stdout.isTTY ? { input: stdin, output: stdout } : undefined,
    print: (text) => stdout.write(text),
  })
} catch (error) {
  stderr.write(`create-parley: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
