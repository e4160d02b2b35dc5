export { Html, html } from './html.ts'
export { type HtmlPageOptions, htmlPage } from './html-page.ts'
export { pageStyle } from './page-style.ts'
export { scrollable } from './scrollable.ts'
