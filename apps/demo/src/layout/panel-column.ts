/** A column beside the thread; over it, where there is no room for both. */
export const panelColumn = column('lg:w-84')

export const inspectorColumn = column('lg:w-104')

function column(width: string): string {
  return `absolute inset-0 z-20 min-h-0 bg-canvas lg:static lg:shrink-0 lg:border-s lg:border-line ${width}`
}
