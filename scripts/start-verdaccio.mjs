import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { installTool } from './installations/npm-install.mjs'
import { endWithProcess, tool } from './run.mjs'

const version = '6.10.4'
/** A dependency asks for the tag "cjs" of node-fetch, which not every registry has. */
const overrides = { 'node-fetch': '2.7.0' }

/**
 * Starts an empty registry on a free port of 127.0.0.1. It has no other registry behind it.
 *
 * @param {string} folder - Where it stores packages.
 */
export async function startVerdaccio(folder) {
  const modules = await installTool({ verdaccio: version }, overrides)
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'config.yaml')
  const permissions = '{ access: $all, publish: $all }'
  writeFileSync(
    config,
    `storage: ${join(folder, 'storage')}\nuplinks: {}\npackages: { '**': ${permissions} }\nlog: { level: warn }\n`,
  )
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const program = join(modules, 'verdaccio', 'bin', 'verdaccio')
  const args = [program, '--config', config, '--listen', `127.0.0.1:${port}`]
  const child = spawn(tool('node'), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  endWithProcess(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const exited = once(child, 'exit')

  while (!(await responds(`${url}-/ping`))) {
    if (child.exitCode !== null) throw new Error(`Unable to start the registry.\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    /** npm refuses to publish without a token; the registry accepts any. */
    credentials: [`--//127.0.0.1:${port}/:_authToken=none`],
    async stop() {
      child.kill()
      await exited
    },
  }
}

async function responds(url) {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

async function freePort() {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address()
  server.close()
  return port
}
