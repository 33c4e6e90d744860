import { run } from './run.ts'

// Output that nobody reads any more must not fail the command.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const code = await run({ argv: process.argv.slice(2), env: process.env })
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
}
// A timer or socket that a bot left open must not keep the process running.
process.exit(code)
