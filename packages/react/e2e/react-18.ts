import { registerHooks } from 'node:module'

/** What is not ours asks for React by its name: react-dom 18 is to find React 18. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.replace(/^(react|react-dom)(?=$|\/)/, '$1-18'), {
      ...context,
      ...(/^react(-dom)?($|\/)/.test(specifier) && { parentURL: import.meta.url }),
    }),
})
