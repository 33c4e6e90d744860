// Checks the text of the repository: spelling, archaic words, phrases to avoid and line length.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkedFiles, checkSpelling } from './check-spelling.mjs'
import { root } from './run.mjs'
import { findTextProblems } from './text-rules.mjs'

const files = await checkedFiles()
const { code, output } = await checkSpelling(files)
const problems = files.flatMap((file) =>
  findTextProblems(file, readFileSync(join(root, file), 'utf8')).map(
    ({ line, message }) => `${file}:${line} - ${message}`,
  ),
)

if (code !== 0) console.error(output.trimEnd())
for (const problem of problems) console.error(problem)
if (code !== 0 || problems.length > 0) process.exitCode = 1
