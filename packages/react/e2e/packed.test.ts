import { execFile } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { cleanEnvironment, installPackages } from '../../server/e2e/support/install-packages.ts'
import { quietLogger } from './quiet-logger.ts'
import { react18Folders } from './react-18-folders.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const require = createRequire(import.meta.url)
const run = promisify(execFile)
const source = fileURLToPath(new URL('packed-app/app.tsx', import.meta.url))

const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`))

/** Puts the packages of one React version into the project. */
function useReact(folder: string, { react, reactDom }: { react: string; reactDom: string }): void {
  const fromReactDom = createRequire(join(realpathSync(reactDom), 'package.json'))
  const scheduler = dirname(fromReactDom.resolve('scheduler/package.json'))
  for (const [name, path] of Object.entries({ react, 'react-dom': reactDom, scheduler })) {
    const target = join(folder, 'node_modules', name)
    rmSync(target, { recursive: true, force: true })
    cpSync(realpathSync(path), target, { recursive: true, dereference: true })
  }
}

/** Imported by the app first: the page globals that React needs. */
const pageScript = `
  import { createRequire } from 'node:module'
  const { JSDOM } = createRequire(${JSON.stringify(import.meta.url)})('jsdom')
  const { window } = new JSDOM('<!doctype html>', { pretendToBeVisual: true, url: 'http://127.0.0.1/' })
  const { document } = window
  const requestAnimationFrame = window.requestAnimationFrame.bind(window)
  const cancelAnimationFrame = window.cancelAnimationFrame.bind(window)
  Object.assign(globalThis, { window, document, requestAnimationFrame, cancelAnimationFrame })
`

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  jsx: 'react-jsx',
  lib: ['es2024', 'dom', 'esnext.disposable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ['node', 'react', 'react-dom'],
}

test('an app with registered schemas compiles against the packed packages, and runs with React 18 and 19', async () => {
  using temporary = createTemporaryFolder()
  const { path: folder } = temporary
  await using server = await startTestServer({ logger: quietLogger() })
  await installPackages(folder, ['core', 'rx', 'react'])
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
  for (const name of ['@types/node', '@types/react', '@types/react-dom'])
    symlinkSync(realpathSync(folderOf(name)), join(folder, 'node_modules', name))
  copyFileSync(source, join(folder, 'app.tsx'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['app.tsx'] }))
  writeFileSync(join(folder, 'page.js'), pageScript)

  const env = cleanEnvironment()
  const compiled = await run('tsc', ['-p', '.'], { cwd: folder, env }).catch((error: unknown) => error)
  expect(compiled).toMatchObject({ stdout: '' })
  const steps = [...readFileSync(source, 'utf8').matchAll(/^step\('(.*)'\)$/gm)].map(([, name]) => name)
  for (const [version, folders] of Object.entries({
    18: react18Folders,
    19: { react: folderOf('react'), reactDom: folderOf('react-dom') },
  })) {
    useReact(folder, folders)
    const { stdout, stderr } = await run(process.execPath, ['--import', './page.js', 'app.js', server.url], {
      cwd: folder,
      env,
      timeout: 60_000,
    })
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual([...steps, `React ${version}`])
  }
  expect(steps).toHaveLength(10)
}, 240_000)
