import type { Readable, Writable } from 'node:stream'
import { isCancel, select, text } from '@clack/prompts'
import { checkFolder } from './check-folder.ts'
import { packageManagers, templates, type PackageManager, type Template } from './choices.ts'
import type { Options } from './parse-options.ts'

export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

export interface Answers {
  readonly folder: string
  readonly template: Template
  readonly packageManager: PackageManager
}

/**
 * Asks for what the options do not say.
 *
 * @returns Undefined if the user has pressed Ctrl-C.
 */
export async function ask(
  options: Pick<Options, 'folder' | 'template' | 'packageManager'>,
  { terminal, defaultPackageManager }: { terminal: Terminal; defaultPackageManager: PackageManager },
): Promise<Answers | undefined> {
  const folder = options.folder ?? (await askFolder(terminal))
  if (isCancel(folder)) return undefined
  const template =
    options.template ??
    (await select<Template>({
      ...terminal,
      message: 'What do you want to create?',
      options: Object.entries(templates).map(([value, label]) => ({ value: value as Template, label })),
    }))
  if (isCancel(template)) return undefined
  const packageManager =
    options.packageManager ??
    (await select<PackageManager>({
      ...terminal,
      message: 'Which package manager?',
      initialValue: defaultPackageManager,
      options: packageManagers.map((value) => ({ value })),
    }))
  if (isCancel(packageManager)) return undefined
  return { folder, template, packageManager }
}

function askFolder(terminal: Terminal) {
  return text({
    ...terminal,
    message: 'In which folder?',
    placeholder: 'my-chat',
    defaultValue: 'my-chat',
    validate: (value) => {
      try {
        checkFolder(value || 'my-chat')
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  })
}
