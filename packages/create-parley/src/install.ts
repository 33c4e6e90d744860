import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PackageManager } from './choices.ts'

const isWindows = process.platform === 'win32'
/** How much of the output of a failed installation is shown. */
const maxLines = 20
const probeTimeoutMs = 5_000

/** Whether a package manager is installed. */
export async function isInstalled(packageManager: PackageManager, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { code } = await execute(packageManager, ['--version'], { cwd: process.cwd(), env })
  return code === 0
}

/**
 * Installs the dependencies of the project in a folder.
 *
 * @throws Error with the reason, and the last lines of the output.
 */
export async function install(
  folder: string,
  { packageManager, env }: { packageManager: PackageManager; env: NodeJS.ProcessEnv },
): Promise<void> {
  const isReachable = await isRegistryReachable(env)
  // Package managers retry each request for up to a minute, which is in vain without a network.
  const noRetries = { npm_config_fetch_retries: '0', pnpm_config_fetch_retries: '0' }
  const { code, output } = await execute(packageManager, ['install'], {
    cwd: folder,
    env: {
      ...env,
      ...(isReachable ? {} : noRetries),
      // In CI, Yarn refuses to create a lockfile.
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    },
  })
  if (code === 0) return
  const reason = isReachable ? explain(output) : 'the registry is not reachable. Check the network.'
  throw new Error(`${reason}\n\n${output.trimEnd().split('\n').slice(-maxLines).join('\n')}`)
}

/** False is only a guess: the registry may be reachable through a proxy, or everything may be in the cache. */
async function isRegistryReachable(env: NodeJS.ProcessEnv): Promise<boolean> {
  const url = env['npm_config_registry'] ?? 'https://registry.npmjs.org/'
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) })
    return true
  } catch {
    return false
  }
}

function explain(output: string): string {
  if (/@parley/.test(output) && /\b404\b/.test(output))
    return 'the packages of Parley are not on this registry. See the option --packages.'
  return 'the package manager failed.'
}

async function execute(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number | null; output: string }> {
  // On Windows, package managers are scripts, which only a shell can run.
  const child = spawn(command, args, { ...options, shell: isWindows, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const stop = (): boolean => child.kill()
  process.once('exit', stop)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output }
  } catch {
    return { code: null, output }
  } finally {
    process.off('exit', stop)
  }
}
