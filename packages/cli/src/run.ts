import { chatUsage, parseChatOptions } from './chat/parse-chat-options.ts'
import { parseServeOptions, serveUsage } from './parse-serve-options.ts'
import { UsageError } from './usage-error.ts'

const usage = `Usage: parley <command> [options]

Commands:
  serve        Run a Chat API server with your bot
  chat         Chat with a bot
  --version    Print the version
  --help       Print this help

${serveUsage}
${chatUsage}`

/** Runs a command and resolves with its exit code. Loads only the modules of that command, to start fast. */
export async function run({ argv, env }: { argv: string[]; env: NodeJS.ProcessEnv }): Promise<number> {
  const [command, ...rest] = argv
  const wantsHelp = rest.includes('--help') || rest.includes('-h')
  try {
    switch (command) {
      case 'serve': {
        if (wantsHelp) return print(`Usage: parley serve [options]\n\n${serveUsage}`)
        const options = parseServeOptions(rest, env)
        const { serve } = await import('./serve.ts')
        return await serve(options)
      }
      case 'chat': {
        if (wantsHelp) return print(`Usage: parley chat <url | webhook id> [options]\n\n${chatUsage}`)
        const options = parseChatOptions(rest, env)
        const [{ chat }, { processIo }] = await Promise.all([
          import('./chat/chat.ts'),
          import('./chat/chat.ts'),
        ])
        return await chat(options, processIo())
      }
      case '--version':
      case '-v': {
        const { version } = await import('@parley/server')
        return print(`${version}\n`)
      }
      case undefined:
      case '--help':
      case '-h':
      case 'help':
        return print(usage)
      default:
        throw new UsageError(
          `Unable to run ${command}; it is not a command. Commands: serve, chat. See parley --help.`,
        )
    }
  } catch (error) {
    process.stderr.write(`parley: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}
