export const loadToasts = () => import('./toast-region.tsx')
