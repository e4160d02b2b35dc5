/** Files without an answer, each with its reason. */
import { type Html, html } from '@mammokit/html-page'
import type { ImageResult, Result, StudyResult } from '@mammokit/study-service/browser'

export interface Refusal {
  readonly file: string
  readonly reason: string
}

const list = (refusals: readonly Refusal[]): Html =>
  html`<dl class="refusals">${refusals.map(({ file, reason }) => html`<div><dt>${file}</dt><dd>${reason}</dd></div>`)}</dl>`

/** Images of a study that were refused or could not be read. */
export function refusedImages({ images }: StudyResult): Html | undefined {
  const refusals = images.flatMap(({ file, abstention }) =>
    abstention ? [{ file, reason: reasonOf(abstention) }] : [],
  )
  return refusals.length > 0 ? html`<h3>Not answered</h3>${list(refusals)}` : undefined
}

/** Of what a file lacks: what can be done about it here. */
function reasonOf({ code, reason }: NonNullable<ImageResult['abstention']>): string {
  if (code !== 'laterality-unknown') return reason
  return 'Neither its header nor its name says which breast it is. Rename it, such as left_cc.png, and choose it again.'
}

/** Files that belong to no study; of those that are no images only the number is said. */
export function otherFiles({ otherFiles }: Result): Html | undefined {
  const unreadable = otherFiles.filter(({ code }) => code === 'unreadable')
  const others = otherFiles.length - unreadable.length
  if (otherFiles.length === 0) return undefined
  return html`<section aria-labelledby="others"><h2 id="others">Files of no study</h2>${list(unreadable)}${
    others > 0 && html`<p class="note">${others} ${others === 1 ? 'file is' : 'files are'} no image.</p>`
  }</section>`
}
