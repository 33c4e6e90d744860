export const loadPeople = async () => (await import('./people-panel.tsx')).PeoplePanel
