export const loadLayers = async () => (await import('./layers-page.tsx')).LayersPage
