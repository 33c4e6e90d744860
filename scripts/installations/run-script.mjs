import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { endWithProcess, run } from '../run.mjs'

/**
 * Runs a command to its end.
 *
 * @returns {Promise<string>} Its output.
 * @throws Error with its output if it fails.
 */
export async function runScript(script, { folder, env }) {
  const { code, output } = await run('sh', ['-c', script], { cwd: folder, env, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`"${script}" exited with code ${code}.\n${output}`)
  return output
}

/**
 * Starts a server, calls `visit` with the first address that it prints, and stops it.
 *
 * @throws Error with its output if it exits without an address.
 */
export async function withServer(script, { folder, env }, visit) {
  const child = spawn('sh', ['-c', `exec ${script}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  endWithProcess(child)
  const exited = once(child, 'exit')
  try {
    let output = ''
    const url = await new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += text
          // eslint-disable-next-line no-control-regex -- terminals show addresses in color
          const found = /http:\/\/[\w.]+:\d+\S*/.exec(output.replaceAll(/\u001B\[\d+m/g, ''))
          if (found) resolve(found[0])
        })
      }
      child.once('exit', (code) => reject(new Error(`"${script}" exited with code ${code}.\n${output}`)))
    })
    await visit(url)
  } finally {
    child.kill()
    await exited
  }
}
