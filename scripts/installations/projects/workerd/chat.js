import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const port = 20_000 + (process.pid % 10_000)
writeFileSync(
  'config.capnp',
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "dist/worker.js")],
  compatibilityDate = "2025-06-01",
  bindings = [(name = "CHAT_URL", text = "${process.env.CHAT_URL}")],
);
`,
)
// The program itself, because the package's command exists only after its installation script.
const platform = `${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`
const program = createRequire(import.meta.url).resolve(`@cloudflare/workerd-${platform}/bin/workerd`)
const workerd = spawn(program, ['serve', '--verbose', 'config.capnp'], {
  stdio: ['ignore', 'inherit', 'pipe'],
})
let errors = ''
workerd.stderr.setEncoding('utf8').on('data', (text) => (errors += text))

let text
for (let attempt = 0; attempt < 100 && text === undefined; attempt += 1) {
  text = await fetch(`http://127.0.0.1:${port}`).then(
    (response) => response.text(),
    () => new Promise((resolve) => setTimeout(resolve, 100)),
  )
}
workerd.kill()
await once(workerd, 'exit')
console.log(text)
if (text !== 'You said: Hello') throw new Error(`The worker did not chat: ${text}\n${errors}`)
