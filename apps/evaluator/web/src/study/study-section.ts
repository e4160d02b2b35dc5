/** A study on the page: answers, views in hanging order with their tools, numbers, and what was refused. */
import { type Html, html } from '@mammokit/html-page'
import type { StudyResult } from '@mammokit/study-service/browser'
import { initialSettings, type Viewer, type ViewerSettings } from '../viewer/viewer.ts'
import { keyHelp } from '../viewer/viewer-keys.ts'
import { breastCards } from './breast-cards.ts'
import { hangingRows } from './hanging-order.ts'
import { numberTable } from './number-table.ts'
import { percentText } from './number-text.ts'
import { refusedImages } from './refusals.ts'
import { warningText } from './warning-text.ts'

/** Pictures that are there before their study is answered. */
export function openSection(viewers: readonly Viewer[]): HTMLElement {
  const section = sectionOf('reading', html`<h2 id="reading">Reading</h2>`)
  section.append(toolbar(viewers), views(viewers))
  return section
}

/** @param number from 1; the heading of a study without a date */
export function studySection(study: StudyResult, viewers: readonly Viewer[], number: number): HTMLElement {
  const id = `study-${study.studyId}`
  const section = sectionOf(
    id,
    html`<h2 id="${id}">${titleOf(study, number)}</h2>${study.patientId !== null && html`<p class="note patient">Patient ${study.patientId}</p>`}
<p class="verdict">${verdictOf(study)}</p>${breastCards(study)}`,
  )
  answer(viewers, study)
  if (viewers.length > 0) section.append(toolbar(viewers), views(viewers), ...fragment(legend(viewers)))
  section.append(...fragment(html`${numberTable(study)}${refusedImages(study)}`))
  return section
}

function titleOf({ studyDate }: StudyResult, number: number): string {
  const date = /^(\d{4})(\d\d)(\d\d)$/.exec(studyDate ?? '')
  return date ? `Study of ${date[1]}-${date[2]}-${date[3]}` : `Study ${number}`
}

function verdictOf({ probability, call, abstention, warnings }: StudyResult): string {
  const notes = warnings.map(warningText).join(', ')
  const odd = notes ? ` (${notes})` : ''
  if (probability === null) return `No answer for the study: ${abstention?.reason ?? ''}${odd}`
  if (call === null) return `The higher probability of both breasts is ${percentText(probability)}${odd}.`
  return call === 'suspicious'
    ? `The network calls this study suspicious${odd}.`
    : `The network does not call this study${odd}.`
}

/** Each picture gets its answer, its box, and the color scale that it shares with the others. */
function answer(viewers: readonly Viewer[], { images }: StudyResult): void {
  const max = Math.max(0, ...viewers.map(({ heat }) => heat?.data.reduce((a, b) => Math.max(a, b), 0) ?? 0))
  for (const viewer of viewers) {
    const image = images.find(({ file }) => file === viewer.path)
    if (!image) continue
    viewer.colorHeat(max)
    const text = image.probability === null ? 'not answered' : percentText(image.probability)
    viewer.showAnswer(text, image.region?.box)
  }
}

function views(viewers: readonly Viewer[]): HTMLElement {
  const grid = document.createElement('div')
  grid.className = 'views'
  for (const row of hangingRows(viewers)) {
    const shown = row[0]?.laterality === null ? [row[0]] : [row[0], row[1]]
    for (const viewer of shown) {
      const empty = document.createElement('div')
      empty.className = 'empty'
      grid.append(viewer?.element ?? empty)
    }
  }
  return grid
}

const legend = (viewers: readonly Viewer[]): Html | undefined =>
  viewers.some(({ heat }) => heat !== null)
    ? html`<p class="note legend"><span class="ramp" aria-hidden="true"></span> Evidence for cancer as the network sees it, from weak to strong, on one scale for the study: also the strongest of a healthy breast has a color. Dashed: what the network saw. The percentage of a view is the network's for it alone.</p>`
    : undefined

/** Which of the tools holds for all views of the study. */
function toolbar(viewers: readonly Viewer[]): HTMLElement {
  const bar = document.createElement('div')
  bar.className = 'tools'
  bar.setAttribute('role', 'group')
  bar.setAttribute('aria-label', 'Views')
  bar.innerHTML = html`<label><input type="checkbox" name="heat" checked> Heatmap</label>
<label class="opacity">Opacity <input type="range" name="opacity" min="0" max="100" step="5" value="${100 * initialSettings.opacity}"></label>
<label><input type="checkbox" name="box" checked> Breast box</label>
<label>Drag <select name="drag"><option value="window">changes window</option><option value="move">moves</option></select></label>
<span class="zooms"><button type="button" data-zoom="1.25" aria-label="Zoom in">+</button><button type="button" data-zoom="0.8" aria-label="Zoom out">&minus;</button><button type="button" data-zoom="0">Reset</button></span>
<details class="keys"><summary>Keys</summary><p>${keyHelp} The wheel zooms, two fingers zoom and move, a double click resets.</p></details>`.text
  const input = (name: string) => bar.querySelector<HTMLInputElement>(`[name=${name}]`)!
  const apply = () => {
    const settings: ViewerSettings = {
      isHeatShown: input('heat').checked,
      opacity: Number(input('opacity').value) / 100,
      isBoxShown: input('box').checked,
      drag: input('drag').value as ViewerSettings['drag'],
    }
    for (const viewer of viewers) viewer.settings = settings
  }
  bar.addEventListener('input', apply)
  bar.addEventListener('click', ({ target }) => {
    const zoom = (target as HTMLElement).dataset.zoom
    if (zoom === undefined) return
    for (const viewer of viewers) {
      if (zoom === '0') viewer.reset()
      else viewer.zoom(Number(zoom))
    }
  })
  apply()
  return bar
}

function sectionOf(labelledBy: string, content: Html): HTMLElement {
  const section = document.createElement('section')
  section.className = 'study'
  section.setAttribute('aria-labelledby', labelledBy)
  section.append(...fragment(content))
  return section
}

export function fragment(content: Html | undefined): ChildNode[] {
  const template = document.createElement('template')
  template.innerHTML = content?.text ?? ''
  return [...template.content.childNodes]
}
