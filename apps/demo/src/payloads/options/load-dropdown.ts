export const loadDropdown = () => import('./dropdown-field.tsx')
