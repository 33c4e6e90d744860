import { existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BotDefinition } from '@parley/server'
import { explainLoadError } from './explain-load-error.ts'

/** Loads a bot module, repeatedly if its files change. */
export interface BotLoader {
  readonly path: string
  /**
   * Imports the module and the modules of the same program that it imports, even if they are loaded already. Packages
   * are loaded once.
   *
   * @throws Error that names the fault, in one line.
   */
  load(): Promise<BotDefinition>
  /** The module and what it imported in all loads, except packages. */
  readonly files: ReadonlySet<string>
}

/**
 * Creates a loader of a TypeScript or JavaScript module from any folder. If its imports of `@parley/…` packages cannot
 * be resolved from there, uses those of this program.
 */
export function createBotLoader(path: string): BotLoader {
  const file = resolve(path)
  const files = new Set<string>([file])
  const { cache } = createRequire(import.meta.url)
  let version = 0

  // Stays registered, because a bot may import modules while it runs.
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        const resolved = next(specifier, context)
        const { parentURL } = context
        const isOwn =
          parentURL !== undefined && files.has(toPath(parentURL)) && /^(?:[./#]|file:)/.test(specifier)
        if (!isOwn || !resolved.url.startsWith('file:')) return resolved
        files.add(toPath(resolved.url))
        const isRequired = context.conditions.includes('require')
        return isRequired ? resolved : { ...resolved, url: withVersion(resolved.url, parentURL) }
      } catch (error) {
        if (!specifier.startsWith('@parley/')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })

  return {
    path,
    files,
    load: async () => {
      if (!existsSync(file))
        throw new Error(`Unable to load the bot; the file ${path} does not exist. Check the path.`)
      if (statSync(file).isDirectory())
        throw new Error(`Unable to load the bot; ${path} is a folder. Pass a file, such as ${path}/bot.ts.`)
      // Node resolves symbolic links.
      const realFile = realpathSync(file)
      files.add(realFile)
      // Modules of CommonJS are cached by their path.
      // eslint-disable-next-line typescript/no-dynamic-delete
      for (const loaded of files) delete cache[loaded]
      const { href } = pathToFileURL(realFile)
      version++
      let module: { default?: unknown }
      try {
        const imported = import(version === 1 ? href : `${href}?${versionKey}=${version}`)
        module = (await unlessIdle(imported)) as typeof module
      } catch (cause) {
        throw new Error(`Unable to load the bot ${path}; ${explainLoadError(cause, file)}`, { cause })
      }
      return validateBot(module.default, path)
    },
  }
}

/** Rejects if the process has nothing left to do, so that it would exit without a message. */
async function unlessIdle<T>(work: Promise<T>): Promise<T> {
  const { promise: idle, reject } = Promise.withResolvers<never>()
  const onIdle = (): void => {
    reject(new Error('its top-level await waits for nothing that can happen. Move it into a handler.'))
  }
  process.once('beforeExit', onIdle)
  try {
    return await Promise.race([work, idle])
  } finally {
    process.off('beforeExit', onIdle)
  }
}

const versionKey = 'parley-version'

/** Gives a module the version of the module that imports it, so that it is not taken from the cache. */
function withVersion(url: string, parentUrl: string): string {
  const version = new URL(parentUrl).searchParams.get(versionKey)
  if (version === null) return url
  const versioned = new URL(url)
  versioned.searchParams.set(versionKey, version)
  return versioned.href
}

function toPath(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url
}

const handlerNames = ['onMessage', 'onEvent', 'onConversation'] as const

function validateBot(exported: unknown, path: string): BotDefinition {
  // TypeScript compiles `export default` to `exports.default` for CommonJS, which is the default export for `import`.
  const value = isObject(exported) && isObject(exported['default']) ? exported['default'] : exported
  const fail = (reason: string): never => {
    throw new Error(`Unable to load the bot ${path}; ${reason}`)
  }
  if (!isObject(value)) return fail('its default export must be an object, such as defineBot({ … }).')
  const invalidHandler = [...handlerNames, 'onError' as const].find(
    (name) => value[name] !== undefined && typeof value[name] !== 'function',
  )
  if (invalidHandler) return fail(`its ${invalidHandler} must be a function.`)
  if (handlerNames.every((name) => value[name] === undefined))
    return fail(`it has no handler. Define at least one of ${handlerNames.join(', ')}.`)
  const { errorMessage } = value
  if (errorMessage === '' || !['undefined', 'string', 'boolean'].includes(typeof errorMessage))
    return fail('its errorMessage must be a text, or false to send nothing.')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
