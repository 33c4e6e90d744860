export const loadCarousel = async () => (await import('./carousel-payload.tsx')).CarouselPayload
