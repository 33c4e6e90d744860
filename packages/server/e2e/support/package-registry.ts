import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The fields of a `package.json` that npm needs to install the package. */
export interface Manifest {
  name: string
  version: string
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

export interface PublishedPackage {
  manifest: Manifest
  /** The path of the file. */
  tarball: string
}

/** Starts an npm registry with only these packages. */
export async function startRegistry(
  packages: readonly PublishedPackage[],
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url ?? '').slice(1)
    const found = packages.find(({ manifest }) => name === manifest.name || name === `${manifest.name}.tgz`)
    if (!found) {
      response.writeHead(404).end('{}')
      return
    }
    const { manifest, tarball } = found
    if (name.endsWith('.tgz')) {
      createReadStream(tarball).pipe(response)
      return
    }
    const { version } = manifest
    const dist = { tarball: `${url}/${manifest.name}.tgz` }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { ...manifest, dist } },
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
