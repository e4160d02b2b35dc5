/** A whole page in one file: nothing is loaded from elsewhere, and nothing runs. */
import { Html, html } from './html.ts'
import { pageStyle } from './page-style.ts'

/** Options of `htmlPage`. */
export interface HtmlPageOptions {
  readonly title: string
  readonly body: Html
  /** CSS rules after those of every page. @default none */
  readonly style?: string
}

/**
 * Makes a page of its body: the markup of `<main>`.
 *
 * @example
 * htmlPage({ title: 'Counts', body: html`<h1>Counts</h1>` }).startsWith('<!doctype html>') // true
 */
export function htmlPage({ title, body, style = '' }: HtmlPageOptions): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Html(`${pageStyle}${style}`)}</style></head>
<body><main>
${body}
</main></body></html>
`.text
}
