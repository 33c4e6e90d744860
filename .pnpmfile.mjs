import { createPublishedManifest } from './scripts/published-manifest.mjs'

/** `pnpm pack` and `pnpm publish` call this after they have replaced `workspace:` and `catalog:` in the manifest. */
export const hooks = {
  beforePacking: (manifest, folder) => createPublishedManifest(manifest, folder),
}
