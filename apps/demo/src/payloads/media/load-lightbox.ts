export const loadLightbox = () => import('./lightbox.tsx')
