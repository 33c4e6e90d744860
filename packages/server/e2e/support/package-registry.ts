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

/** Starts an npm registry with only these packages, each in one or more versions. */
export async function startRegistry(
  packages: readonly PublishedPackage[],
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const file = packages.find(({ manifest }) => path === tarballPath(manifest))
    if (file) {
      createReadStream(file.tarball).pipe(response)
      return
    }
    const found = packages.map(({ manifest }) => manifest).filter(({ name }) => name === path)
    const newest = found
      .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
      .at(-1)
    if (!newest) {
      response.writeHead(404).end('{}')
      return
    }
    const versions = found.map((manifest) => [
      manifest.version,
      { ...manifest, dist: { tarball: `${url}/${tarballPath(manifest)}` } },
    ])
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        name: path,
        'dist-tags': { latest: newest.version },
        versions: Object.fromEntries(versions) as object,
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

function tarballPath({ name, version }: Manifest): string {
  return `${name}/${version}.tgz`
}
