import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Runs the bot and its test from the README, with a model that knows a name only from the history of the turn. */
const model = `
  export async function* generate(messages) {
    const user = messages.filter(({ role }) => role === 'user').map(({ content }) => content)
    yield 'You are '
    yield /My name is (\\w+)/.exec(user.join(' '))?.[1] ?? 'a stranger'
  }
`
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const folder = mkdtempSync(join(import.meta.dirname, '.readme-'))
writeFileSync(join(folder, 'model.ts'), model)
for (const name of ['bot.ts', 'bot.test.ts']) {
  const code = readme.split(`\`\`\`ts\n// ${name}\n`)[1]?.split('```')[0]
  if (code === undefined) throw new Error(`the README contains no ${name}`)
  writeFileSync(join(folder, name), code)
}
afterAll(() => {
  rmSync(folder, { recursive: true })
})

// Defines the test of the README.
await import(join(folder, 'bot.test.ts'))
