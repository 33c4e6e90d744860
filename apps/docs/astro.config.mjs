import starlight from '@astrojs/starlight'
import { defineConfig, passthroughImageService } from 'astro/config'
import starlightLinksValidator from 'starlight-links-validator'
import { groupFolders } from './src/site-groups.ts'

const reference = [
  ...['operations', 'models', 'signals', 'cli'].map((name) => `reference/${name}`),
  { label: 'Exports', items: [{ autogenerate: { directory: 'reference/api' } }] },
]

export default defineConfig({
  // One folder per page, as in the links of the pages.
  trailingSlash: 'always',
  // Pictures are served as they are.
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'Parley',
      description: 'The Chat API in TypeScript: a typed client in layers, and a self-hosted server.',
      components: { EditLink: './src/components/markdown-link.astro' },
      credits: false,
      expressiveCode: {
        // A block that scrolls is a landmark, and landmarks need different names.
        defaultProps: { wrap: true },
        // A title is given with `title`. Otherwise, a comment with an address would become one.
        frames: { extractFileNameFromCode: false },
        styleOverrides: { codeFontSize: '0.8rem' },
      },
      customCss: ['./src/site.css'],
      plugins: [starlightLinksValidator()],
      routeMiddleware: './src/markdown-alternate.ts',
      sidebar: Object.entries(groupFolders).map(([label, directory]) => ({
        label,
        items: directory === 'reference' ? reference : [{ autogenerate: { directory } }],
      })),
    }),
  ],
})
