import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { installPackages } from './support/install-packages.ts'
import { completeTranscript, runChat } from './support/run-chat.ts'

const next = join(import.meta.dirname, '../node_modules/.bin/next')

/**
 * A copy of the app, as Next.js writes into its folder, with the packed server in its own `node_modules`: Next.js would
 * bundle a package that it resolves to a folder of this repository. The copy stays inside the package, as it uses the
 * Next.js installed there.
 */
async function installApp() {
  const folder = mkdtempSync(join(import.meta.dirname, 'next-app-'))
  cpSync(join(import.meta.dirname, 'next-app'), folder, { recursive: true })
  removeTypes(folder)
  await installPackages(folder, ['core', 'server'])
  // Otherwise, Next.js takes this folder for the root of all its files.
  rmSync(join(folder, 'package-lock.json'))
  return {
    folder,
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** To build TypeScript, Next.js needs an older version of it than the one of this repository. */
function removeTypes(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const file = join(folder, name)
    const code = stripTypeScriptTypes(readFileSync(file, 'utf8')).replaceAll(".ts'", ".js'")
    writeFileSync(file.replace(/ts$/, 'js'), code)
    rmSync(file)
  }
}

function run(folder: string, ...args: string[]) {
  const env = {
    ...process.env,
    CHAT_DATABASE: ':memory:',
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  }
  return spawn(next, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
}

test('a chat works through a route handler of a built Next.js app', async () => {
  using app = await installApp()
  const build = run(app.folder, 'build')
  build.stdout.resume()
  expect(await once(build, 'exit')).toEqual([0, null])
  const started = run(app.folder, 'start', '--port', '0', '--hostname', '127.0.0.1')
  const exited = once(started, 'exit')
  try {
    let origin: string | undefined
    for await (const line of createInterface(started.stdout)) {
      origin = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(line)?.[0]
      if (origin !== undefined) break
    }
    const resume = () => void fetch(`${origin}/resume`, { method: 'POST' })

    const trailingSlash = await fetch(`${origin}/api/chat/demo/hello/`, { redirect: 'manual' })
    const transcript = await runChat(`${origin}/api/chat/demo`, { bot: {}, resume })

    expect(trailingSlash.status).toBe(200)
    expect(transcript).toEqual(completeTranscript)
  } finally {
    started.kill()
    await exited
  }
})
