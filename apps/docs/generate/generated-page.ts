/** A page of the folder `reference`. */
export interface GeneratedPage {
  /** Below `reference`. */
  path: string
  title: string
  description: string
  /** The place in the sidebar. */
  order: number
  /** Markdown. */
  body: string
}
