export const loadMenu = () => import('./menu-popup.tsx')
