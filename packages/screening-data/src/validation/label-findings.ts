/** What the rows of a data set say of patients, breasts and labels, and where they contradict themselves. */
import type { DataSetImage } from '../data-set/data-set-image.ts'
import { breastOf, patientOf } from './count-groups.ts'
import { type Finding, findingOf } from './finding.ts'

export function labelFindings(images: readonly DataSetImage[]): Finding[] {
  return [
    ...classFindings(images),
    ...publishedOverlap(images),
    ...contradictoryBreasts(images),
    ...incompleteRows(images),
    ...missingViews(images),
  ]
}

function classFindings(images: readonly DataSetImage[]): Finding[] {
  const labels = new Set(images.map(({ cancer }) => cancer))
  labels.delete(null)
  if (labels.size === 2) return []
  if (labels.size === 0) {
    const advice = 'Give the table a column cancer with 0 or 1: without it there is nothing to train on.'
    return [{ code: 'no-labels', severity: 'error', message: 'No image has a label.', advice, count: 1, items: [] }]
  }
  const missing = labels.has(1) ? 'without' : 'with'
  const advice = 'Add patients of the missing kind: a network cannot learn from one kind, and no figure is defined.'
  return [{ code: 'one-class', severity: 'error', message: `No image ${missing} cancer.`, advice, count: 1, items: [] }]
}

/** Patients whom the set published in two subsets. */
function publishedOverlap(images: readonly DataSetImage[]): Finding[] {
  const subsets = new Map<string, Set<string>>()
  for (const image of images) {
    if (image.subset === null) continue
    const known = subsets.get(patientOf(image))
    if (known) known.add(image.subset)
    else subsets.set(patientOf(image), new Set([image.subset]))
  }
  const items = [...subsets].flatMap(([patient, of]) =>
    of.size > 1 ? [`patient ${idOf(patient)}: ${[...of].sort().join(' and ')}`] : [],
  )
  return findingOf(
    'published-overlap',
    'error',
    items,
    ['patient is in two published subsets', 'patients are in two published subsets'],
    'Split by another method, or leave these patients out: split --method published --published-overlap drop.',
  )
}

function contradictoryBreasts(images: readonly DataSetImage[]): Finding[] {
  const first = new Map<string, DataSetImage>()
  const items = new Map<string, string>()
  for (const image of images) {
    if (image.cancer === null || image.laterality === null) continue
    const breast = breastOf(image)
    const earlier = first.get(breast)
    if (earlier === undefined) first.set(breast, image)
    else if (earlier.cancer !== image.cancer && !items.has(breast)) {
      const { patientId, laterality, cancer, imageId } = image
      const text = `patient ${patientId} ${laterality}: cancer ${earlier.cancer} for image ${earlier.imageId}, ${cancer} for ${imageId}`
      items.set(breast, text)
    }
  }
  return findingOf(
    'contradictory-label',
    'error',
    [...items.values()],
    ['breast has images with cancer and images without', 'breasts have images with cancer and images without'],
    'Correct the labels in raw/corrections.csv, or leave the images of another examination out in raw/exclusions.csv: a breast is scored as a whole.',
  )
}

/** Rows that training leaves out because something of them is not known. */
function incompleteRows(images: readonly DataSetImage[]): Finding[] {
  const lacking = (lacks: (image: DataSetImage) => boolean) => images.filter(lacks).map(placeOf)
  const leftOut = 'They are left out of the split; add what is missing to the table if it is known.'
  return [
    ...findingOf(
      'no-label',
      'warning',
      lacking(({ cancer }) => cancer === null),
      ['image has no label', 'images have no label'],
      leftOut,
    ),
    ...findingOf(
      'no-side',
      'warning',
      lacking(({ laterality }) => laterality === null),
      ['image has no side', 'images have no side'],
      leftOut,
    ),
    ...findingOf(
      'no-view',
      'warning',
      lacking(({ view }) => view === null),
      ['image has no view', 'images have no view'],
      leftOut,
    ),
  ]
}

function missingViews(images: readonly DataSetImage[]): Finding[] {
  const views = new Map<string, { readonly image: DataSetImage; readonly seen: Set<string> }>()
  for (const image of images) {
    if (image.laterality === null || image.view === null) continue
    const breast = views.get(breastOf(image))
    if (breast) breast.seen.add(image.view.toUpperCase())
    else views.set(breastOf(image), { image, seen: new Set([image.view.toUpperCase()]) })
  }
  const items = [...views.values()].flatMap(({ image, seen }) => {
    const lacks = ['CC', 'MLO'].filter((view) => !seen.has(view))
    return lacks.length === 0 ? [] : [`patient ${image.patientId} ${image.laterality}: no ${lacks.join(' and no ')}`]
  })
  return findingOf(
    'view-missing',
    'warning',
    items,
    ['breast lacks a CC or an MLO image', 'breasts lack a CC or an MLO image'],
    'They are scored by the images that there are; check whether files were lost.',
  )
}

/** An image, with the line of its table where there is one. */
export function placeOf({ imageId, table, line }: DataSetImage): string {
  return line === null ? `image ${imageId}` : `image ${imageId} (line ${line} of ${table})`
}

function idOf(patient: string): string {
  return patient.slice(patient.indexOf('\n') + 1)
}
