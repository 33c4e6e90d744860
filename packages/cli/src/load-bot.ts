import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BotDefinition } from '@parley/server'

/**
 * Imports a bot module, TypeScript or JavaScript, from anywhere. Where it imports `@parley/server` and none is installed
 * beside it, it is given the one that runs.
 *
 * @throws Error that says what is wrong with the module.
 */
export async function loadBot(path: string): Promise<BotDefinition> {
  const file = resolve(path)
  if (!existsSync(file)) throw new Error(`Unable to load the bot; there is no file ${path}.`)

  // Kept for as long as the process lives: a bot may import more while it runs.
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
    return botOf(module.default, path)
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('Unable to load the bot')) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Unable to load the bot ${path}; ${reason}`, { cause })
  }
}

const handlers = ['onMessage', 'onEvent', 'onConversation'] as const

function botOf(value: unknown, path: string): BotDefinition {
  if (!isObject(value)) {
    throw new Error(
      `Unable to load the bot ${path}; its default export must be an object, such as defineBot({ … }).`,
    )
  }
  const wrong = handlers.find((name) => value[name] !== undefined && typeof value[name] !== 'function')
  if (wrong) throw new Error(`Unable to load the bot ${path}; its ${wrong} must be a function.`)
  if (handlers.every((name) => value[name] === undefined)) {
    throw new Error(
      `Unable to load the bot ${path}; it has no handler. Give it one of ${handlers.join(', ')}.`,
    )
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
