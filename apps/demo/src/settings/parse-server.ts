import type { ChatAddress } from '@parley/core'

export type ParsedServer = { server: ChatAddress; problem?: never } | { server?: never; problem: string }

/** Parses the address of a server, or a webhook id of the hosted service. */
export function parseServer(
  text: string,
  { isPageSecure = false }: { isPageSecure?: boolean } = {},
): ParsedServer {
  const input = text.trim()
  if (input === '') return { problem: 'Enter an address or a webhook id.' }
  if (/^[\w-]{20,}$/.test(input)) return { server: { webhookId: input } }
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(input))
    return {
      problem:
        'Enter an address that starts with http:// or https://, or a webhook id, which has at least 20 characters and no dots.',
    }

  const url = URL.parse(input)
  if (!url) return { problem: 'This is not a valid address.' }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: `Use http or https, not ${url.protocol.slice(0, -1)}.` }
  if (url.username !== '' || url.password !== '')
    return {
      problem: 'Remove the user name and password from the address. Users are identified by their user key.',
    }
  if (url.search !== '' || url.hash !== '')
    return { problem: 'Remove everything after the ? or #. The address ends with the bot, such as /demo.' }
  if (isPageSecure && url.protocol === 'http:' && !isLocal(url))
    return { problem: 'This page uses https, so browsers allow https addresses only.' }
  return { server: { url: url.href.replace(/\/+$/, '') } }
}

/** Returns the text for the address field. */
export function formatServer({ url, webhookId }: ChatAddress): string {
  return url ?? webhookId
}

/** Browsers allow http to the local machine on https pages. */
function isLocal({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$|\.localhost$/.test(hostname)
}
