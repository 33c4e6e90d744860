/** What a project can be, in the order of the question. The names are those of the folders in `templates`. */
export const templates = {
  react: 'A React page with a bot',
  node: 'A Node program with RxJS, and a bot',
  server: 'A server with a bot, for any client',
} as const

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const

export type Template = keyof typeof templates
export type PackageManager = (typeof packageManagers)[number]

export function isTemplate(value: string): value is Template {
  return Object.hasOwn(templates, value)
}

export function isPackageManager(value: string): value is PackageManager {
  return packageManagers.some((name) => name === value)
}

/** The package manager that runs this program: all of them set this variable, such as to `pnpm/10.0.0 node/…`. */
export function currentPackageManager(env: NodeJS.ProcessEnv): PackageManager {
  const name = env['npm_config_user_agent']?.split('/')[0] ?? ''
  return isPackageManager(name) ? name : 'npm'
}
