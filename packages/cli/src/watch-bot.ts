import { existsSync, watch, type FSWatcher } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { BotDefinition, Logger } from '@parley/server'
import type { BotLoader } from './load-bot.ts'

/** Editors write a file in several steps. */
const settleMs = 100
const moduleNames = /\.(?:[cm]?[jt]s|json)$/

/**
 * Loads a bot, and loads it again when one of its files changes. Turns that are running finish with the handler that
 * began them, and all streams stay open. If a version cannot be loaded, the error is logged, and the previous version
 * keeps running.
 *
 * Watches with Node: a library such as chokidar adds polling and globs, and this needs neither.
 *
 * @returns A bot that calls the handlers of the newest version. Its `id` never changes, and other users see a new
 * `name` or `pictureUrl` after a restart.
 */
export async function watchBot(loader: BotLoader, logger: Logger): Promise<BotDefinition> {
  let current = await loader.load()
  let hasFailed = false
  let timer: NodeJS.Timeout | undefined
  let attempts = 0
  const watchers = new Map<string, FSWatcher>()

  const reload = async (): Promise<void> => {
    // A folder that was deleted and created again is another one. Before loading, as later changes load again.
    for (const watcher of watchers.values()) watcher.close()
    watchers.clear()
    watchFolders()
    const attempt = ++attempts
    // An earlier version may load forever.
    const isNewest = (): boolean => attempt === attempts
    try {
      const bot = await loader.load()
      if (!isNewest()) return
      current = bot
      hasFailed = false
      logger.info({ file: loader.path }, 'the bot was reloaded')
    } catch (error) {
      if (!isNewest()) return
      hasFailed = true
      const reason = error instanceof Error ? error.message : String(error)
      logger.error({ file: loader.path }, `${reason} The previous version of the bot keeps running.`)
    }
    watchFolders()
  }
  const schedule = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void reload(), settleMs)
  }
  /** Whether it is a loaded file, or a folder of one. */
  const isPartOfBot = (path: string): boolean =>
    loader.files.has(path) || [...loader.files].some((file) => file.startsWith(path + sep))
  /** Watches folders, as editors replace files. */
  const watchFolders = (): void => {
    for (const folder of new Set([...loader.files].map(existingFolder))) {
      if (watchers.has(folder)) continue
      try {
        const watcher = watch(folder, (_event, name) => {
          const isImported = name === null || isPartOfBot(join(folder, name))
          // The failed import may be of a file that did not exist.
          if (isImported || (hasFailed && moduleNames.test(name))) schedule()
        })
        watcher.on('error', () => {
          watchers.delete(folder)
          watcher.close()
        })
        watchers.set(folder, watcher)
      } catch (err) {
        logger.warn({ err, folder }, 'unable to watch a folder of the bot')
      }
    }
  }
  watchFolders()

  return {
    ...(current.id === undefined ? {} : { id: current.id }),
    get name() {
      return current.name
    },
    get pictureUrl() {
      return current.pictureUrl
    },
    get errorMessage() {
      return current.errorMessage
    },
    get onBusy() {
      return current.onBusy
    },
    onMessage: (turn) => current.onMessage?.(turn),
    onEvent: (turn) => current.onEvent?.(turn),
    onConversation: (turn) => current.onConversation?.(turn),
    onError: (error, turn) => current.onError?.(error, turn),
  } as BotDefinition
}

/** The folder of a file, or the closest one around it if that was deleted. */
function existingFolder(file: string): string {
  let folder = dirname(file)
  while (!existsSync(folder)) folder = dirname(folder)
  return folder
}
