/** Shared by all fields, so that the native one is replaced without a visible change. */
export const fieldClass =
  'flex h-10 w-full min-w-0 items-center gap-2 rounded-full bg-surface px-4 text-start text-base text-ink ring-1 ring-field sm:text-sm data-disabled:bg-transparent data-disabled:ring-line disabled:bg-transparent disabled:ring-line disabled:opacity-100 pointer-coarse:h-11'

export const popupClass =
  'max-h-[min(20rem,var(--available-height))] w-(--anchor-width) min-w-48 max-w-(--available-width) origin-(--transform-origin) overflow-y-auto overscroll-contain rounded-2xl bg-surface p-1.5 text-sm text-ink shadow-xl ring-1 shadow-black/10 ring-line transition-[scale,opacity] duration-100 outline-none data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0 motion-reduce:transition-none'

export const itemClass =
  'flex min-h-10 cursor-pointer items-center gap-2 rounded-xl px-3 py-1.5 outline-none select-none data-highlighted:bg-raised data-selected:font-semibold data-selected:text-accent-text forced-colors:data-highlighted:outline-2 pointer-coarse:min-h-11'
