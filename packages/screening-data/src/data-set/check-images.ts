/** What is checked of every data set, whatever its layout: ids, values and labels. */
import type { DataSetImage } from './data-set-image.ts'
import { ProblemList } from './problem-list.ts'

/** The images without those whose id an earlier one has, values that mean nothing as null, and a problem for each of them. */
export function checkImages(images: readonly DataSetImage[]): {
  readonly images: readonly DataSetImage[]
  readonly problems: ProblemList['all']
} {
  const problems = new ProblemList()
  const owners = new Map<string, DataSetImage>()
  for (const image of images) {
    const owner = owners.get(image.imageId)
    if (owner === undefined) owners.set(image.imageId, image)
    else {
      const message = `${image.image} has the image id ${image.imageId}, as ${owner.image} has`
      problems.add('duplicate-image', message, ...placeOf(image))
    }
  }
  const checked = [...owners.values()].map((image) => withKnownValues(image, problems))
  findContradictions(checked, problems)
  return { images: checked, problems: problems.all }
}

function withKnownValues(image: DataSetImage, problems: ProblemList): DataSetImage {
  const { birads, age } = image
  const isCategory = birads === null || (Number.isInteger(birads) && birads >= 0 && birads <= 6)
  const isAge = age === null || (age >= 0 && age <= 120)
  if (isCategory && isAge) return image
  if (!isCategory) problems.add('unknown-value', `BI-RADS ${birads}`, ...placeOf(image))
  if (!isAge) problems.add('unknown-value', `age ${age}`, ...placeOf(image))
  return { ...image, birads: isCategory ? birads : null, age: isAge ? age : null }
}

/** Breasts whose images do not have the same label: one problem for each, at the first row that differs from the first of the breast. */
function findContradictions(images: readonly DataSetImage[], problems: ProblemList): void {
  const first = new Map<string, DataSetImage>()
  const reported = new Set<string>()
  for (const image of images) {
    const { patientId, studyId, laterality, cancer } = image
    if (cancer === null || laterality === null) continue
    const breast = `${laterality} ${studyId}\n${patientId}`
    const earlier = first.get(breast)
    if (earlier === undefined) first.set(breast, image)
    else if (earlier.cancer !== cancer && !reported.has(breast)) {
      reported.add(breast)
      const before = earlier.line === null ? earlier.image : `line ${earlier.line}`
      const message = `Patient ${patientId}, ${laterality}: cancer ${cancer}, but ${earlier.cancer} for ${before}`
      problems.add('contradictory-label', message, ...placeOf(image))
    }
  }
}

const placeOf = ({ table, image, line }: DataSetImage): [path: string, line: number | null] => [table || image, line]
