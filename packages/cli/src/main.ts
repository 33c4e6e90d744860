import { run } from './run.ts'

const code = await run({ argv: process.argv.slice(2), env: process.env })
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
}
// What a bot has left open, such as a timer, must not keep a server alive that has stopped.
process.exit(code)
