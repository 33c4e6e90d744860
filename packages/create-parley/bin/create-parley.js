#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 20)) {
  await import('../dist/main.js')
} else {
  process.stderr.write(
    `create-parley: Unable to run on Node ${process.versions.node}; install Node 22.20 or later.\n`,
  )
  process.exitCode = 1
}
