import type { Html } from '@mammokit/html-page'

/** A page, and where it is to be written. */
export interface Page {
  readonly path: string
  readonly title: string
  readonly body: Html
}
