/** The path of a page's Markdown copy: `/start/core.md` for the page `/start/core/`. */
export function markdownPath(id: string): string {
  return `/${id === '' ? 'index' : id}.md`
}
