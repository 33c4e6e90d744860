import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { ask, type Answers, type Terminal } from './ask.ts'
import { checkFolder } from './check-folder.ts'
import { currentPackageManager } from './choices.ts'
import { install, isInstalled } from './install.ts'
import { findPackages } from './packages.ts'
import { parseOptions, usage, type Options } from './parse-options.ts'
import { planProject } from './plan-project.ts'
import { UsageError } from './usage-error.ts'
import { writeProject } from './write-project.ts'

export interface RunOptions {
  readonly argv: string[]
  readonly env: NodeJS.ProcessEnv
  /** Undefined if nobody can answer questions. */
  readonly terminal: Terminal | undefined
  readonly print: (text: string) => void
}

const canceledExitCode = 130

/**
 * Creates a project.
 *
 * @returns The exit code: 0, or 130 if the user has canceled. Then nothing was written.
 * @throws UsageError before anything is written.
 * @throws Error if the project cannot be written, or its dependencies cannot be installed.
 */
export async function run({ argv, env, terminal, print }: RunOptions): Promise<number> {
  const options = parseOptions(argv)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  if (options.help || options.version) {
    print(options.help ? usage : `${version}\n`)
    return 0
  }
  const source = findPackages(options.packages, version)
  if (options.folder !== undefined) checkFolder(options.folder)
  const defaultPackageManager = currentPackageManager(env)
  const answers = terminal
    ? await ask(options, { terminal, defaultPackageManager })
    : requireAnswers(options, defaultPackageManager)
  if (!answers) {
    print('Canceled. Nothing was written.\n')
    return canceledExitCode
  }

  const { folder, template, packageManager } = answers
  const name = checkFolder(folder)
  if (options.install && !(await isInstalled(packageManager, env))) {
    throw new UsageError(
      `Unable to create a project with ${packageManager}; it is not installed. ` +
        'Install it, or choose another --package-manager.',
    )
  }
  writeProject(resolve(folder), planProject({ name, template, packageManager, source }))
  const path = relative('', folder) || '.'
  print(`Created ${name} in ${path}\n`)
  if (options.install) {
    print(`Installing its dependencies with ${packageManager} …\n`)
    try {
      await install(folder, { packageManager, env })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(
        `Unable to install the dependencies; ${reason}\n\n` +
          `The project in ${path} is complete. Run "${packageManager} install" in it to try again.`,
        { cause },
      )
    }
  }
  print(nextSteps({ ...answers, path, isInstalled: options.install }))
  return 0
}

function requireAnswers(options: Options, packageManager: Answers['packageManager']): Answers {
  const { folder, template } = options
  if (folder === undefined || template === undefined) {
    const missing = folder === undefined ? 'the folder' : '--template'
    throw new UsageError(
      `Unable to create a project; ${missing} is missing, and there is no terminal to ask in. ` +
        'Example: npm create parley my-chat -- --template react',
    )
  }
  return { folder, template, packageManager: options.packageManager ?? packageManager }
}

function nextSteps({
  path,
  template,
  packageManager,
  isInstalled,
}: Answers & { path: string; isInstalled: boolean }): string {
  const steps = [
    ...(path === '.' ? [] : [`cd ${path}`]),
    ...(isInstalled ? [] : [`${packageManager} install`]),
    `${packageManager} run ${template === 'node' ? 'start' : 'dev'}`,
    `${packageManager} run test`,
  ]
  return `\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`
}
