import { type Html, html } from './html.ts'

/**
 * A table, or what else may be wider than a phone: it scrolls sideways on its own, by keyboard too, and stays a table to screen readers.
 *
 * @param label what a screen reader calls it
 * @example
 * scrollable('Views', html`<table>…</table>`)
 */
export function scrollable(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`
}
