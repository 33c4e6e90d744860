// Packs all built packages into the folder of the first argument.
import { relative, resolve } from 'node:path'
import { packPackages } from './pack-packages.mjs'
import { root } from './run.mjs'

const tarballs = await packPackages(resolve(root, process.argv[2] ?? 'tarballs'))
for (const path of Object.values(tarballs)) console.log(relative(root, path))
