import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BotDefinition } from '@parley/server'

/**
 * Imports a TypeScript or JavaScript bot module from any folder. If its imports of `@parley/…` packages cannot be
 * resolved from there, uses those of this program.
 *
 * @throws Error that says what is wrong with the module.
 */
export async function loadBot(path: string): Promise<BotDefinition> {
  const file = resolve(path)
  if (!existsSync(file))
    throw new Error(`Unable to load the bot; the file ${path} does not exist. Check the path.`)

  // The hook stays registered, because a bot may import modules while it runs.
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!specifier.startsWith('@parley/')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
    return validateBot(module.default, path)
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('Unable to load the bot')) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Unable to load the bot ${path}; ${reason}`, { cause })
  }
}

const handlerNames = ['onMessage', 'onEvent', 'onConversation'] as const

function validateBot(value: unknown, path: string): BotDefinition {
  if (!isObject(value)) {
    throw new Error(
      `Unable to load the bot ${path}; its default export must be an object, such as defineBot({ … }).`,
    )
  }
  const invalidHandler = handlerNames.find(
    (name) => value[name] !== undefined && typeof value[name] !== 'function',
  )
  if (invalidHandler)
    throw new Error(`Unable to load the bot ${path}; its ${invalidHandler} must be a function.`)
  if (handlerNames.every((name) => value[name] === undefined)) {
    throw new Error(
      `Unable to load the bot ${path}; it has no handler. Define at least one of ${handlerNames.join(', ')}.`,
    )
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
