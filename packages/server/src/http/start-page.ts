import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { startPageScript } from './start-page-script.ts'

/** The page that a browser shows for the base URL of a bot. */
export interface StartPage {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

export interface StartPageOptions {
  readonly webhookId: string
  readonly name: string | undefined
  /** Whether anyone can create a user, so that the page can chat. */
  readonly isShared: boolean
  /** Whether the bot handles messages. */
  readonly hasMessageHandler: boolean
}

/** Whether a browser opens the base URL of a bot. API clients ask for JSON or for anything. */
export function isStartPageRequest({ method, headers }: IncomingMessage, path: string): boolean {
  const isPage = (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true
  return isPage && /^\/[^/?#]+\/?(?:[?#]|$)/.test(path)
}

/** @param path - The path of the request. Links are relative to it, as a proxy may serve it under another path. */
export function renderStartPage(options: StartPageOptions, path: string): StartPage {
  const base = /^[^?#]*\/(?:[?#]|$)/.test(path) ? '.' : `./${encodeURIComponent(options.webhookId)}`
  const title = escapeHtml(options.name ?? options.webhookId)
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${title} · Parley</title>
<style>${style}</style>
<main data-base="${base}">
<h1>${title}</h1>
<p>This is the base URL of a chat bot on a <a href="${base}/openapi.json">Chat API</a> server, run by Parley. Give it to
a client: <code data-url>(this address)</code></p>
<h2>Try it</h2>
${options.isShared ? chat(options) : personal}
<h2>From a terminal</h2>
<pre><code>parley chat <span data-url>&lt;this address&gt;</span>
curl -X POST <span data-url>&lt;this address&gt;</span>/users -H 'content-type: application/json' -d '{}'</code></pre>
<h2>About this server</h2>
<ul>
<li><a href="${base}/hello">The server and its bot</a> (JSON)
<li><a href="${base}/openapi.json">All operations</a> (OpenAPI)
</ul>
</main>
<script>${startPageScript}</script>
</html>
`
  return { html, headers: pageHeaders }
}

function chat({ hasMessageHandler }: StartPageOptions): string {
  const hint = hasMessageHandler
    ? ''
    : '<p>No bot is running here: messages are stored, and nobody answers.</p>\n'
  return `${hint}<div id="log" role="log" aria-label="Messages" tabindex="0"></div>
<form id="form">
<input id="text" aria-label="Message" placeholder="Message" autocomplete="off"> <button>Send</button>
</form>
<p id="status" role="status"></p>
<noscript><p>The chat needs JavaScript.</p></noscript>`
}

const personal = `<p>Users of this bot need a key that its operator signs. Pass it to a client as the header
<code>x-user-key</code>.</p>`

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 42rem; margin: 0 auto; padding: 1rem 1.25rem 3rem }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere } h2 { font-size: 1.1rem; margin-top: 2rem }
code { font-size: 0.9em; overflow-wrap: anywhere } pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8888 }
#log { height: 16rem; overflow-y: auto; padding: 0.75rem; border: 1px solid #8888; overflow-wrap: anywhere }
#log p { margin: 0 0 0.5rem; white-space: pre-wrap } #log b::after { content: ': ' }
form { display: flex; gap: 0.5rem; margin-top: 0.5rem } input { flex: 1; min-width: 0 }
input, button { font: inherit; padding: 0.5rem 0.75rem }
#status { min-height: 1.5em }
`

/** Allows the page its own style and script, and requests to its own server. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `script-src '${hash(startPageScript)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
