export const loadDropdown = async () => (await import('./dropdown-field.tsx')).DropdownField
