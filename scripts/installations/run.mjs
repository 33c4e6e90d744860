// Runs rows of the table and prints it as Markdown. Arguments select rows by their projects.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packPackages } from '../pack-packages.mjs'
import { endWithProcess, exitOnSignals, root, tool } from '../run.mjs'
import { rows } from './rows.mjs'
import { runRow } from './run-row.mjs'

const words = process.argv.slice(2)
const isInTest = words.includes('--in-test')
const projects = words.filter((word) => !word.startsWith('--'))
const selected = rows.filter(
  ({ project, ...row }) =>
    (!isInTest || row.isInTest) && (projects.length === 0 || projects.includes(project)),
)

exitOnSignals()
const folder = mkdtempSync(join(tmpdir(), 'parley-tarballs-'))
const removeFolder = () => rmSync(folder, { recursive: true, force: true })
process.once('exit', removeFolder)
const server = await startServer(folder)
console.error(`The bot listens on ${server.url}`)
const registry = await startEmptyRegistry()
const results = []
try {
  const tarballs = await packPackages(folder)
  for (const row of selected) {
    const start = Date.now()
    const result = await runRow(row, { tarballs, chatUrl: server.url, registryUrl: registry.url }).catch(
      (error) => ({ error }),
    )
    const seconds = (Date.now() - start) / 1000
    console.error(`${result.error ? 'FAILED' : 'ok'}: ${row.name} (${seconds.toFixed(1)} s)`)
    if (result.error) console.error(result.error.message.trimEnd())
    results.push({ row, seconds, ...result })
  }
} finally {
  await server.stop()
  registry.stop()
  removeFolder()
}

console.log(table(results))
const failed = results.filter(({ error }) => error).length
if (process.env.PARLEY_INSTALLATIONS_REPORT) {
  const counts = { passed: results.length - failed, failed }
  writeFileSync(process.env.PARLEY_INSTALLATIONS_REPORT, JSON.stringify(counts))
}
if (failed > 0 || results.length === 0) process.exitCode = 1

/** The bot with which the projects chat. */
async function startServer(data) {
  const bot = join(root, 'scripts', 'installations', 'projects', 'node-esm', 'bot.ts')
  const args = ['serve', '--port', '0', '--data', join(data, 'parley.db'), '--bot', bot]
  const command = ['--conditions=parley-src', join(root, 'packages', 'cli', 'src', 'main.ts')]
  const child = spawn(tool('node'), [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  // Nobody reads what it would still log, and its data is deleted.
  endWithProcess(child, { signal: 'SIGKILL' })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
  const exited = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  const url = /http\S+/.exec(line)?.[0]
  if (!url) throw new Error(`Unable to start a server.\n${errors}`)
  return {
    url,
    async stop() {
      child.kill()
      await exited
    },
  }
}

/**
 * npm asks for our packages although it has their tarballs. It must not ask a public registry, on which others could
 * own their names.
 */
async function startEmptyRegistry() {
  const empty = createServer((_, response) => response.writeHead(404).end('{}'))
  await once(empty.listen(0, '127.0.0.1'), 'listening')
  return { url: `http://127.0.0.1:${empty.address().port}/`, stop: () => empty.close() }
}

function table(lines) {
  const cells = lines.map(({ row, seconds, error, installed, bundle }) => [
    row.name,
    error ? '**failed**' : (row.result ?? 'chats'),
    installed ? `${(installed / 1e6).toFixed(1)} MB` : '',
    bundle ? `${(bundle / 1e3).toFixed(1)} kB` : '',
    `${seconds.toFixed(0)} s`,
  ])
  const head = ['toolchain', 'result', 'installed', 'bundle, gzip', 'time']
  return [head, head.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
