import { parseArgs } from 'node:util'
import {
  isPackageManager,
  isTemplate,
  packageManagers,
  templates,
  type PackageManager,
  type Template,
} from './choices.ts'
import { UsageError } from './usage-error.ts'

/** What the command line says; the rest is asked. */
export interface Options {
  readonly folder: string | undefined
  readonly template: Template | undefined
  readonly packageManager: PackageManager | undefined
  /** The folder with the tarballs of the packages. */
  readonly packages: string | undefined
  readonly install: boolean
  readonly help: boolean
  readonly version: boolean
}

const names = Object.keys(templates).join(', ')
const lines = Object.entries(templates).map(([name, title]) => `${' '.repeat(31)}${name}: ${title}\n`)

export const usage: string = `Usage: npm create parley -- [folder] [options]

Writes a project with a bot and its test. Asks for what the command line does not say.

Options:
  --template <name>            What to create: ${names}
${lines.join('')}\
  --package-manager <name>     ${packageManagers.join(', ')}. Default: the one that runs this command
  --packages <folder>          Install the packages of Parley from the tarballs in this folder
  --no-install                 Do not install the dependencies
  --version                    Print the version
  --help                       Print this help
`

/** @throws UsageError that names the invalid option. */
export function parseOptions(args: string[]): Options {
  const { values, positionals } = parse(args)
  const { template, 'package-manager': packageManager } = values
  if (positionals.length > 1) {
    throw new UsageError(
      `Unable to create a project; ${positionals.join(' and ')} are several folders. Pass one.`,
    )
  }
  if (template !== undefined && !isTemplate(template)) {
    throw new UsageError(`Unable to create a project; the template ${template} does not exist. Use ${names}.`)
  }
  if (packageManager !== undefined && !isPackageManager(packageManager)) {
    throw new UsageError(
      `Unable to create a project; ${packageManager} is not a supported package manager. ` +
        `Use ${packageManagers.join(', ')}.`,
    )
  }
  return {
    folder: positionals[0],
    template,
    packageManager,
    packages: values.packages,
    install: values.install,
    help: values.help,
    version: values.version,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      allowNegative: true,
      options: {
        template: { type: 'string' },
        'package-manager': { type: 'string' },
        packages: { type: 'string' },
        install: { type: 'boolean', default: true },
        version: { type: 'boolean', short: 'v', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('. ')
    throw new UsageError(`Unable to create a project; ${reason}. See --help.`, { cause })
  }
}
