/** A column next to the thread. On narrow screens it covers the thread. */
export const panelColumn = column('lg:w-84')

export const inspectorColumn = column('lg:w-104')

function column(width: string): string {
  return `absolute inset-0 z-20 min-h-0 bg-canvas lg:static lg:shrink-0 lg:border-s lg:border-line ${width}`
}
