import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ask } from './ask.ts'

const enter = '\r'
const down = '\u001B[B'
const ctrlC = '\u0003'
const nothing = { folder: undefined, template: undefined, packageManager: undefined }

test('asks for the folder, the template and the package manager', async () => {
  const terminal = createTerminal()
  const answers = ask(nothing, { terminal, defaultPackageManager: 'pnpm' })

  await terminal.answer('In which folder?', `shop-chat${enter}`)
  await terminal.answer('What do you want to create?', `${down}${enter}`)
  await terminal.answer('Which package manager?', enter)

  expect(await answers).toEqual({ folder: 'shop-chat', template: 'node', packageManager: 'pnpm' })
})

test('asks only for what is missing', async () => {
  const terminal = createTerminal()
  const answers = ask(
    { folder: 'shop-chat', template: undefined, packageManager: 'npm' },
    { terminal, defaultPackageManager: 'npm' },
  )

  await terminal.answer('What do you want to create?', enter)

  expect(await answers).toEqual({ folder: 'shop-chat', template: 'react', packageManager: 'npm' })
  expect(terminal.written()).not.toContain('In which folder?')
})

test('asks again for the folder if its name is invalid', async () => {
  const terminal = createTerminal()
  const answers = ask(nothing, { terminal, defaultPackageManager: 'npm' })

  await terminal.answer('In which folder?', `Shop${enter}`)
  await terminal.answer('Unable to create the project "Shop"', '\u0015shop' + enter)
  await terminal.answer('What do you want to create?', enter)
  await terminal.answer('Which package manager?', enter)

  expect(await answers).toMatchObject({ folder: 'shop' })
})

test.each([
  { answered: 0, question: 'In which folder?' },
  { answered: 1, question: 'What do you want to create?' },
  { answered: 2, question: 'Which package manager?' },
])('returns nothing after Ctrl-C at "$question"', async ({ answered, question }) => {
  const terminal = createTerminal()
  const answers = ask(nothing, { terminal, defaultPackageManager: 'npm' })

  const questions = ['In which folder?', 'What do you want to create?'].slice(0, answered)
  for (const earlier of questions) await terminal.answer(earlier, enter)
  await terminal.answer(question, ctrlC)

  expect(await answers).toBeUndefined()
})

/** A terminal that a test operates. */
function createTerminal() {
  const input = new PassThrough()
  const output = new PassThrough()
  let text = ''
  output.setEncoding('utf8').on('data', (part: string) => (text += part))
  return {
    input,
    output,
    written: () => text,
    /** Waits for a question, and presses keys. */
    async answer(question: string, keys: string) {
      await expect.poll(() => text).toContain(question)
      input.write(keys)
    },
  }
}
