export const loadTooltips = async () => (await import('./tooltip-layer.tsx')).TooltipLayer
