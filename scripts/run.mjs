import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const binaries = join(root, 'node_modules', '.bin')

/** Returns an environment whose `PATH` starts with the repository's Node and tools. */
export function ownToolsEnvironment(environment = process.env) {
  const path = [binaries, environment.PATH ?? ''].join(delimiter)
  return { ...environment, PATH: path, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
}

/** Returns the path of an installed command-line tool. */
export function tool(name) {
  return join(binaries, name)
}

/** Lets signals end this process with its `exit` event, so that `endWithProcess` works. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]))
  }
}

/** Ends a child when this process exits. With `isGroup`, also its own children: it must be detached. */
export function endWithProcess(child, { isGroup = false, signal = 'SIGTERM' } = {}) {
  const end = () => {
    if (child.pid === undefined) return
    try {
      process.kill(isGroup ? -child.pid : child.pid, signal)
    } catch {
      // It has ended.
    }
  }
  process.once('exit', end)
  for (const event of ['exit', 'error']) child.once(event, () => process.off('exit', end))
}

/**
 * Runs a command and collects its output. With `show`, also prints the output as it arrives. `timeoutMs` ends it.
 *
 * @returns {Promise<{ code: number, output: string }>} The code is 127 if the command cannot start.
 */
export function run(command, args, { env = process.env, cwd = root, show = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group, so that the children of a shell end as well.
      detached: timeoutMs !== undefined,
    })
    endWithProcess(child, { isGroup: timeoutMs !== undefined })
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            output += `\nIt was still running after ${timeoutMs / 1000} s.\n`
            if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
          }, timeoutMs)
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        output += text
        if (show) process.stdout.write(text)
      })
    }
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: `${output}${error.message}\n` })
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}
