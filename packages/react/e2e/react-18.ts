import { registerHooks } from 'node:module'

/** Redirects imports of `react` in installed packages, so that react-dom 18 loads React 18. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.replace(/^(react|react-dom)(?=$|\/)/, '$1-18'), {
      ...context,
      ...(/^react(-dom)?($|\/)/.test(specifier) && { parentURL: import.meta.url }),
    }),
})
