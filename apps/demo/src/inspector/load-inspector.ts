export const loadInspector = async () => (await import('./inspector-panel.tsx')).InspectorPanel
