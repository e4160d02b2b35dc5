/** The page: files in, studies out. */
import type { ModelDescription } from '@mammokit/mammogram-classifier/browser'
import type { Result } from '@mammokit/study-service/browser'
import type { Device, WorkerReport } from './analysis/messages.ts'
import { startAnalysis } from './analysis/start-analysis.ts'
import { findElements } from './elements.ts'
import { addFiles, type Chosen } from './files/chosen-files.ts'
import { fetchExample } from './files/example.ts'
import { listenForFiles } from './files/listen-for-files.ts'
import { saveResult } from './files/save-result.ts'
import { prepareOffline } from './offline/prepare-offline.ts'
import { otherFiles } from './study/refusals.ts'
import { fragment, openSection, studySection } from './study/study-section.ts'
import { Viewer } from './viewer/viewer.ts'

const page = findElements()
const analysis = startAnalysis(take, (message) => {
  // What ended it would end it again.
  clear()
  if (!isOpen) return fail(`The computation could not be started: ${message}. Load the page again.`)
  isOpen = false
  crash = `The computation ended: ${message}. Choose fewer files at once.`
  fail(crash)
  asked.length = 0
  if (modelFile) void openModel(modelFile)
  else open()
})

let run = 0
let chosen: Chosen['images'] = []
/** Paths of what was dropped and could not be opened. */
let unread: readonly string[] = []
let viewers: Viewer[] = []
let result: Result | undefined
let isOffline = false
/** Whether the worker has a model. */
let isOpen = false
/** The file of the open model; undefined for the one for demonstration. */
let modelFile: File | undefined
/** Of the models that the worker was asked to open and has not reported yet, in their order. */
const asked: (File | undefined)[] = []
/** Why the last worker ended, until the next one is ready. */
let crash: string | undefined

void start()

async function start(): Promise<void> {
  if (!self.isSecureContext) {
    fail('This page needs https, or localhost: browsers give others neither hashes nor threads.')
    return
  }
  // Before anything is loaded: a browser leaves a page for a file that is dropped on it.
  listenForFiles(page, { add, openModel, example: addExample })
  page.save.addEventListener('click', () => result && saveResult(result))
  page.clear.addEventListener('click', clear)
  isOffline = await prepareOffline()
  open()
}

function add({ images, model, unread: failed = [] }: Chosen): void {
  if (!isOpen) {
    say('Still loading. Choose the files again when the page is ready.')
    return
  }
  if (model) void openModel(model)
  unread = [...new Set([...unread, ...failed])]
  if (images.length === 0) {
    if (failed.length > 0) fail(`Could not be opened: ${failed.join(', ')}.`)
    return
  }
  chosen = addFiles(chosen, images)
  if (!model) analyze()
}

/** What was answered by another model is answered again once it is open. */
async function openModel(file: File): Promise<void> {
  if (!crash) say(`Opening ${file.name}.`)
  try {
    open(file, new Uint8Array(await file.arrayBuffer()))
  } catch (error) {
    fail(`${file.name} could not be read: ${(error as Error).message}`)
  }
}

function open(file?: File, bytes?: Uint8Array): void {
  asked.push(file)
  analysis.send({ type: 'open', ...(file && bytes && { file: { bytes, name: file.name } }) })
}

/** What the page shows already is not computed again. */
function analyze(): void {
  run++
  viewers = viewers.filter(({ isSeen }) => isSeen)
  result = undefined
  page.body.classList.add('loaded')
  page.actions.hidden = true
  page.studies.replaceChildren(...(viewers.length > 0 ? [openSection(viewers)] : []))
  say(`Reading ${chosen.length} ${chosen.length === 1 ? 'file' : 'files'}.`)
  showProgress(undefined)
  const files = chosen.map(({ path, blob, isNamed }) => ({ path, blob, isNamed: isNamed ?? true }))
  analysis.send({ type: 'analyze', run, files, shown: viewers.map(({ path }) => path) })
}

function clear(): void {
  run++
  chosen = []
  unread = []
  viewers = []
  result = undefined
  page.body.classList.remove('loaded')
  page.actions.hidden = true
  page.studies.replaceChildren()
  say('')
  page.chooseFiles.focus()
}

async function addExample(): Promise<void> {
  try {
    add({ images: await fetchExample(), model: undefined })
  } catch (error) {
    fail(`The synthetic views could not be fetched: ${(error as Error).message}. Load the page again.`)
  }
}

function take(report: WorkerReport): void {
  if (report.type === 'opened') {
    isOpen = true
    viewers = []
    modelFile = asked.shift()
    showModel(report.model, report.device, report.threads)
    if (chosen.length > 0) analyze()
    return
  }
  if (report.type === 'open-failed') {
    asked.shift()
    fail(report.message)
    // Files that came with it are answered by the model that is open.
    if (isOpen && chosen.length > 0 && !result) {
      page.model.textContent = `Model not changed: ${report.message}`
      analyze()
    }
    return
  }
  if (report.run !== run) return
  if (report.type === 'progress') {
    const { done, all } = report
    showProgress(done / Math.max(1, all))
    if (done > 0 || all === 0) say(`${done} of ${all} images answered.`)
  } else if (report.type === 'picture') {
    const viewer = new Viewer(report)
    viewer.showPicture(report.picture, report.frame)
    viewers = [...viewers.filter(({ path }) => path !== viewer.path), viewer]
    page.studies.replaceChildren(openSection(viewers))
  } else if (report.type === 'seen') {
    viewers.find(({ path }) => path === report.path)?.takeHeat(report.heat, report.chestWall)
  } else if (report.type === 'failed') fail(report.message)
  else showResult(report.result, report.durationMs)
}

function showResult(found: Result, durationMs: number): void {
  result = found
  const { studies, summary } = found
  const answeredFirst = studies.toSorted((a, b) => countAnswers(b) - countAnswers(a))
  const sections = answeredFirst.map((study, at) => {
    const files = new Set(study.images.map(({ file }) => file))
    return studySection(
      study,
      viewers.filter(({ path }) => files.has(path)),
      at + 1,
    )
  })
  page.studies.replaceChildren(...sections, ...fragment(otherFiles(found)))
  page.progress.hidden = true
  page.actions.hidden = false
  const seconds = (durationMs / 1000).toFixed(1)
  say(
    `${summary.imagesAnswered} of ${summary.images} images and ${summary.breastsAnswered} of ${summary.breasts} breasts answered in ${seconds} s.${unread.length > 0 ? ` Could not be opened: ${unread.join(', ')}.` : ''}`,
  )
}

const countAnswers = ({ breasts }: Result['studies'][number]): number =>
  breasts.filter(({ probability }) => probability !== null).length

function showModel({ source, name, checkpoint }: ModelDescription, device: Device, threads: number): void {
  const what =
    source === 'demonstration'
      ? 'Model: the demonstration network, trained on synthetic phantoms alone. Its probabilities say nothing about a patient.'
      : `Model: ${name}, ${checkpoint}.`
  const where =
    device === 'webgpu' ? 'WebGPU' : threads > 1 ? `WebAssembly, ${threads} threads` : 'WebAssembly, one thread'
  page.model.textContent = `${what} Computed with ${where}.`
  for (const button of [page.chooseFiles, page.chooseFolder, page.tryExample, page.chooseModel]) button.disabled = false
  if (crash) fail(crash)
  else say(isOffline ? 'Ready. The page works without a network from now on.' : 'Ready.')
  crash = undefined
}

/** @param share 0 to 1; undefined where it is not known */
function showProgress(share: number | undefined): void {
  page.progress.hidden = false
  page.progress.classList.toggle('unknown', share === undefined)
  const bar = page.progress.firstElementChild as HTMLElement
  bar.style.width = share === undefined ? '' : `${100 * Math.max(0.03, share)}%`
}

function say(text: string): void {
  page.status.classList.remove('failed')
  page.status.textContent = text
}

function fail(text: string): void {
  page.progress.hidden = true
  page.status.classList.add('failed')
  page.status.textContent = text
}
