/** Whether the files of a data set are those that its rows speak of, and what is in them. */
import type { DataSet, DataSetImage, DataSetProblem } from '../data-set/data-set-image.ts'
import { findManglings } from '../rows/mangled-ids.ts'
import { type Finding, type FindingCode, type FindingSeverity, findingOf } from './finding.ts'
import { placeOf } from './label-findings.ts'

/** What was read of the file of an image. */
export interface FileContent {
  /** As in `DataSetImage`. */
  readonly image: string
  /** Why it cannot be read; absent where it can. */
  readonly error?: string
  /** Of files that are as large as another one; two that are equal are copies. */
  readonly sha256?: string
  /** What its header says. */
  readonly laterality?: 'L' | 'R'
  readonly view?: string
}

/** @param maxLeftOut share of the images that may be lost, 0 to 1: more is an error */
export function fileFindings(
  { images, problems }: DataSet,
  contents: readonly FileContent[] | undefined,
  maxLeftOut: number,
): Finding[] {
  const missing = images.filter(({ isMissing }) => isMissing)
  const unreadable = (contents ?? []).flatMap(({ image, error }) => (error === undefined ? [] : [`${image}: ${error}`]))
  const reported = itemsOf(problems, 'unreadable-file')
  const broken = unreadable.length > 0 ? unreadable : reported
  const isTooMany = missing.length + broken.length > maxLeftOut * images.length
  const lost: FindingSeverity = isTooMany ? 'error' : 'warning'
  const limit = isTooMany ? `; more is lost than maxLeftOut, ${maxLeftOut}, allows` : ''
  return [
    ...findingOf(
      'image-missing',
      lost,
      missing.map((image) => `${placeOf(image)}: no file ${image.image}`),
      [`row has no file${limit}`, `rows have no file${limit}`],
      'Download what is missing, or check the names of folders; these rows are left out of training.',
    ),
    ...findingOf(
      'row-missing',
      'warning',
      itemsOf(problems, 'row-missing'),
      ['file is in no row', 'files are in no row'],
      'They are not used; add them to the table if they are images of the set.',
    ),
    ...findingOf(
      'unreadable-file',
      lost,
      broken,
      [`file cannot be read${limit}`, `files cannot be read${limit}`],
      'Download them again; extract-rois leaves them out.',
    ),
    ...mangledIds(images, problems),
    ...(contents ? contentFindings(contents, images) : []),
    ...others(problems),
  ]
}

function contentFindings(contents: readonly FileContent[], images: readonly DataSetImage[]): Finding[] {
  const byImage = new Map(images.map((image) => [image.image, image]))
  return [...copies(contents, byImage), ...differingHeaders(contents, byImage)]
}

/** Ids that a spreadsheet rewrote: they look so, or a file has the id as it was. */
function mangledIds(images: readonly DataSetImage[], problems: readonly DataSetProblem[]): Finding[] {
  const looks = (id: string) => /^(?:\d(?:[.,]\d+)?e\+?\d+|\d+[.,]0+)$/i.test(id)
  const byLook = images.flatMap((image) => {
    const odd = [image.imageId, image.patientId].find(looks)
    return odd === undefined ? [] : [`${placeOf(image)}: ${odd} is a number as a spreadsheet writes it`]
  })
  const missing = images.filter(({ isMissing }) => isMissing)
  const files = problems.filter(({ code }) => code === 'row-missing').map(({ path }) => idsOfPath(path))
  const byFile = findManglings(missing, files).map(
    ({ found, original, how }) => `image ${found} is ${original}: ${how}`,
  )
  return findingOf(
    'mangled-id',
    'error',
    [...byLook, ...byFile],
    ['id was rewritten as a number, as spreadsheets do', 'ids were rewritten as numbers, as spreadsheets do'],
    'Restore the original table.',
  )
}

/** The ids of a file by its name and folder, as in train_images/<patient_id>/<image_id>.dcm. */
function idsOfPath(path: string): { readonly patientId: string; readonly imageId: string } {
  const parts = path.split('/')
  return { patientId: parts.at(-2) ?? '', imageId: parts.at(-1)!.replace(/\.[^.]+$/, '') }
}

/** Files with the same bytes under several names. */
function copies(contents: readonly FileContent[], byImage: ReadonlyMap<string, DataSetImage>): Finding[] {
  const groups = new Map<string, DataSetImage[]>()
  for (const { image, sha256 } of contents) {
    const row = byImage.get(image)
    if (sha256 === undefined || row === undefined) continue
    const group = groups.get(sha256)
    if (group) group.push(row)
    else groups.set(sha256, [row])
  }
  const several = [...groups.values()].filter((group) => group.length > 1)
  const differ = (group: readonly DataSetImage[], of: (image: DataSetImage) => unknown) =>
    new Set(group.map(of)).size > 1
  const isWrong = (group: readonly DataSetImage[]) =>
    differ(group, ({ cancer }) => cancer) || differ(group, ({ subset }) => subset)
  const textOf = (group: readonly DataSetImage[]) => {
    const labels = differ(group, ({ cancer }) => cancer) ? ', with different labels' : ''
    const subsets = differ(group, ({ subset }) => subset) ? ', in different published subsets' : ''
    const patients = differ(group, ({ patientId }) => patientId) ? ', of different patients' : ''
    return `${group.map(({ image }) => image).join(' = ')}${patients}${labels}${subsets}`
  }
  const items = several.map(textOf)
  return findingOf(
    'duplicate-content',
    several.some(isWrong) ? 'error' : 'warning',
    items,
    [
      'image is there under several names, with the same bytes',
      'images are there under several names, with the same bytes',
    ],
    'Leave the copies out in raw/exclusions.csv; split keeps those that stay in one subset.',
  )
}

/** Side and view as the header says them, where the table says others. */
function differingHeaders(contents: readonly FileContent[], byImage: ReadonlyMap<string, DataSetImage>): Finding[] {
  const items = contents.flatMap(({ image, laterality, view }) => {
    const row = byImage.get(image)
    if (!row) return []
    const facts = [
      [row.laterality, laterality],
      [row.view?.toUpperCase(), view],
    ]
    const odd = facts.filter(([table, header]) => table && header && table !== header)
    return odd.length === 0
      ? []
      : [`${placeOf(row)}: ${odd.map(([table, header]) => `${table}, in the header ${header}`).join('; ')}`]
  })
  return findingOf(
    'header-differs',
    'warning',
    items,
    ['image is of another side or view by its header', 'images are of another side or view by their header'],
    'Look at some of them, and correct the rows in raw/corrections.csv where the header is right.',
  )
}

/** What the reader of the set's layout reported beside. */
function others(problems: readonly DataSetProblem[]): Finding[] {
  const kinds: readonly [FindingCode & DataSetProblem['code'], FindingSeverity, [string, string], string][] = [
    [
      'duplicate-image',
      'warning',
      ['image has the id of another one', 'images have the id of another one'],
      'They are not made; leave one of each out.',
    ],
    [
      'unknown-value',
      'warning',
      ['cell has a value that the set does not define', 'cells have values that the set does not define'],
      'They count as unknown.',
    ],
    [
      'not-a-mammogram',
      'note',
      ['file is no mammogram and was left out', 'files are no mammograms and were left out'],
      'Nothing is to be done.',
    ],
  ]
  return kinds.flatMap(([code, severity, text, advice]) =>
    findingOf(code, severity, itemsOf(problems, code), text, advice),
  )
}

function itemsOf(problems: readonly DataSetProblem[], code: DataSetProblem['code']): string[] {
  return problems
    .filter((problem) => problem.code === code)
    .map(({ path, line, message }) =>
      line === null && message.includes(path) ? message : `${path}${line === null ? '' : `, line ${line}`}: ${message}`,
    )
}
