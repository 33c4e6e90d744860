import { version } from '@parley/server'
import { readServeOptions, serveUsage } from './serve-options.ts'
import { serve } from './serve.ts'
import { UsageError } from './usage-error.ts'

const usage = `Usage: parley <command>

Commands:
  serve    Runs the Chat API with a bot

${serveUsage}
  parley --version
  parley --help
`

/** Runs the command line; resolves with the exit code when the command has ended. */
export async function run({ argv, env }: { argv: string[]; env: NodeJS.ProcessEnv }): Promise<number> {
  const [command, ...rest] = argv
  try {
    switch (command) {
      case 'serve':
        if (rest.includes('--help') || rest.includes('-h')) break
        await serve(readServeOptions(rest, env))
        return 0
      case '--version':
      case '-v':
        process.stdout.write(`${version}\n`)
        return 0
      case undefined:
      case '--help':
      case '-h':
      case 'help':
        break
      default:
        throw new UsageError(`Unable to run ${command}; the commands are: serve. See parley --help.`)
    }
    process.stdout.write(usage)
    return 0
  } catch (error) {
    process.stderr.write(`parley: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}
