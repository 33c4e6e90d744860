// Runs the bundle with the globals of React Native only: without streams, and with fetch only by injection.
const { readFileSync } = require('node:fs')
const vm = require('node:vm')

async function nativeFetch(input, init) {
  const original = await fetch(input, init)
  return { original, read: () => original.body.getReader() }
}

const names = ['AbortController', 'AbortSignal', 'Headers', 'Request', 'Response', 'URL', 'URLSearchParams']
const more = ['TextDecoder', 'TextEncoder', 'clearTimeout', 'console', 'queueMicrotask', 'setTimeout']
const globals = Object.fromEntries([...names, ...more].map((name) => [name, globalThis[name]]))
const context = vm.createContext({ ...globals, nativeFetch })
context.globalThis = context
vm.runInContext(readFileSync('dist/app.js', 'utf8'), context)

async function chat() {
  const text = await context.chatWithBot(process.env.CHAT_URL)
  console.log(text)
  process.exit(text === 'You said: Hello' ? 0 : 1)
}

chat().catch((error) => {
  console.error(error)
  process.exit(1)
})
