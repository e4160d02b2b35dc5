import type { DataSetImage, DataSetProblem } from './data-set-image.ts'

/** Breasts whose images do not have the same label: one problem for each, at the first row that differs from the first of the breast. */
export function contradictions(images: readonly DataSetImage[]): DataSetProblem[] {
  const first = new Map<string, DataSetImage>()
  const reported = new Set<string>()
  const problems: DataSetProblem[] = []
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
      problems.push({ code: 'contradictory-label', message, path: image.table || image.image, line: image.line })
    }
  }
  return problems
}
