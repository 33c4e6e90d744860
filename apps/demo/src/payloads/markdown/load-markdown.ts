export const loadMarkdown = () => import('./markdown-body.tsx')
