/** What the rows of a data set say of patients, breasts and labels, and where they contradict themselves. */
import type { DataSetImage } from '../data-set/data-set-image.ts'
import { type Finding, findingOf } from './finding.ts'
import type { BreastIndex } from './index-breasts.ts'

export function labelFindings(images: readonly DataSetImage[], index: BreastIndex): Finding[] {
  return [
    ...classFindings(images),
    ...publishedOverlap(images, index),
    ...contradictoryBreasts(images, index),
    ...incompleteRows(images),
    ...missingViews(images, index),
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
function publishedOverlap(images: readonly DataSetImage[], { patients }: BreastIndex): Finding[] {
  const first: (DataSetImage | undefined)[] = []
  const several = new Map<number, Set<string>>()
  for (const [at, image] of images.entries()) {
    if (image.subset === null) continue
    const patient = patients[at]!
    const earlier = first[patient]
    if (earlier === undefined) first[patient] = image
    else if (several.has(patient)) several.get(patient)!.add(image.subset)
    else if (earlier.subset !== image.subset) several.set(patient, new Set([earlier.subset!, image.subset]))
  }
  const items = [...several].map(
    ([patient, subsets]) => `patient ${first[patient]!.patientId}: ${[...subsets].sort().join(' and ')}`,
  )
  return findingOf(
    'published-overlap',
    'error',
    items,
    ['patient is in two published subsets', 'patients are in two published subsets'],
    'Split by another method, or leave these patients out: split --method published --published-overlap drop.',
  )
}

function contradictoryBreasts(images: readonly DataSetImage[], { breasts }: BreastIndex): Finding[] {
  const first: (DataSetImage | undefined)[] = []
  const items = new Map<number, string>()
  for (const [at, image] of images.entries()) {
    if (image.cancer === null || image.laterality === null) continue
    const breast = breasts[at]!
    const earlier = first[breast]
    if (earlier === undefined) first[breast] = image
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

function missingViews(images: readonly DataSetImage[], { breasts }: BreastIndex): Finding[] {
  const views: { readonly image: DataSetImage; readonly lacks: Set<string> }[] = []
  for (const [at, image] of images.entries()) {
    if (image.laterality === null || image.view === null) continue
    const breast = breasts[at]!
    views[breast] ??= { image, lacks: new Set(['CC', 'MLO']) }
    views[breast].lacks.delete(image.view.toUpperCase())
  }
  const items = views.flatMap(({ image, lacks }) =>
    lacks.size === 0 ? [] : [`patient ${image.patientId} ${image.laterality}: no ${[...lacks].join(' and no ')}`],
  )
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
