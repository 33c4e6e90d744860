const { mkdirSync } = require('node:fs')
const Metro = require('metro')

async function build() {
  const config = await Metro.loadConfig({ cwd: __dirname })
  config.projectRoot = __dirname
  mkdirSync('dist', { recursive: true })
  await Metro.runBuild(config, {
    entry: 'app.js',
    out: 'dist/app.js',
    minify: true,
    dev: false,
    platform: 'ios',
  })
}

build().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
