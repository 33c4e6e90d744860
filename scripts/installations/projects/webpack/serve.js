const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')

const page =
  '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script src="/main.js"></script>'
const server = createServer(({ url }, response) => {
  const isPage = url === '/'
  response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript')
  response.end(isPage ? page : readFileSync(`${__dirname}/dist${url}`))
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
