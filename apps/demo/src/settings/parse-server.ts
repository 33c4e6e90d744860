import type { ChatAddress } from '@parley/core'

export type ParsedServer = { server: ChatAddress; problem?: never } | { server?: never; problem: string }

/** Reads what somebody takes for a server: the address of any, or a webhook id of the hosted service. */
export function parseServer(
  text: string,
  { isPageSecure = false }: { isPageSecure?: boolean } = {},
): ParsedServer {
  const given = text.trim()
  if (given === '') return { problem: 'Enter an address, or a webhook id.' }
  if (/^[\w-]{20,}$/.test(given)) return { server: { webhookId: given } }
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(given))
    return {
      problem:
        'This is neither an address, which begins with http:// or https://, nor a webhook id, which is a long one without dots.',
    }

  const url = URL.parse(given)
  if (!url) return { problem: 'This is no address that a browser understands.' }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: `A server is talked to by http or https, not by ${url.protocol.slice(0, -1)}.` }
  if (url.username !== '' || url.password !== '')
    return { problem: 'Take the name and the password out of the address: a chat knows users by their key.' }
  if (url.search !== '' || url.hash !== '')
    return { problem: 'Take out what begins with ? or #: the address ends with the bot, as in /demo.' }
  if (isPageSecure && url.protocol === 'http:' && !isLocal(url))
    return { problem: 'This page came by https: browsers let it talk to https addresses only.' }
  return { server: { url: url.href.replace(/\/+$/, '') } }
}

/** What stands in the field for a server. */
export function serverText({ url, webhookId }: ChatAddress): string {
  return url ?? webhookId
}

/** Browsers trust the machine that they run on. */
function isLocal({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$|\.localhost$/.test(hostname)
}
