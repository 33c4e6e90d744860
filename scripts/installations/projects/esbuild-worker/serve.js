const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')

const page = `<!doctype html><link rel="icon" href="data:,"><ul></ul><textarea aria-label="Message"></textarea>
<script>
  const worker = new Worker('/worker.js', { type: 'module' })
  worker.onmessage = ({ data }) => {
    const rows = data.map((text) => Object.assign(document.createElement('li'), { textContent: text }))
    document.querySelector('ul').replaceChildren(...rows)
  }
  const field = document.querySelector('textarea')
  field.onkeydown = ({ key }) => key === 'Enter' && worker.postMessage(field.value)
</script>`
const server = createServer(({ url }, response) => {
  const isPage = url === '/'
  response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
  response.end(isPage ? page : readFileSync(`${__dirname}/dist${url}`))
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
