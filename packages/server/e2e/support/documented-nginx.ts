import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOrUnpackProgram } from '../../../../scripts/programs.mjs'
import { run } from '../../../../scripts/run.mjs'

/** The nginx configuration of the documentation. */
export interface DocumentedNginx extends Disposable {
  /** Returns the `http` block with the given addresses and a test certificate, and adds `directives` to `server`. */
  httpBlock(addresses: { port: number; origin: string }, directives?: string): string
  /** The file of the certificate. */
  readonly certificate: string
}

const file = new URL('../../../../apps/docs/snippets/deploying/nginx.conf', import.meta.url)

/** Reads the configuration and creates a certificate. */
export async function documentedNginx(): Promise<DocumentedNginx> {
  const snippet = readFileSync(file, 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'parley-certificate-'))
  const certificate = join(folder, 'chat.pem')
  const key = join(folder, 'chat.key')
  const openssl = await findOrUnpackProgram('openssl')
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const subject = [...name, '-days', '2', '-nodes', '-newkey', 'rsa:2048']
  const args = ['req', '-x509', ...subject, '-keyout', key, '-out', certificate]
  const { code, output } = await run(openssl.path, args, { env: openssl.environment })
  if (code !== 0) throw new Error(`openssl created no certificate: ${output}`)

  return {
    certificate,
    httpBlock: ({ port, origin }, directives = '') => {
      const values: [documented: string, tested: string][] = [
        ['127.0.0.1:3000', new URL(origin).host],
        ['listen 443 ', `${directives}\nlisten ${port} `],
        ['/etc/ssl/certs/chat.pem', certificate],
        ['/etc/ssl/private/chat.key', key],
      ]
      return values.reduce((text, [documented, tested]) => replaceOnce(text, documented, tested), snippet)
    },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true })
    },
  }
}

function replaceOnce(text: string, part: string, replacement: string): string {
  if (text.split(part).length !== 2)
    throw new Error(`the documented configuration does not contain ${part} exactly once`)
  return text.replace(part, replacement)
}
