export const loadCarousel = () => import('./carousel-payload.tsx')
