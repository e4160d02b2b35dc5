/**
 * mini-MIAS: 322 digitized films of 161 patients, 1024x1024 PGM at 200 micron, 51 malignant; 324 MB.
 *
 * `Info.txt` has a line per abnormality: reference, tissue, class, severity, and x, y and radius of a circle, y counted from the bottom.
 * Films are pairs of one patient: odd numbers left, even numbers right, all MLO.
 *
 * License: for research only (the license agreement beside the data). From http://peipa.essex.ac.uk/info/mias.html.
 * Suckling et al., "The Mammographic Image Analysis Society digital mammogram database", Excerpta Medica 1069 (1994), 375-378.
 */
import { readInputFile } from '@mammokit/atomic-files'
import { type DataSetImage, dataSetImage, type Lesion } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { joinCells } from '../data-set/published-values.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

export const miniMias: Adapter = {
  name: 'mini-mias',
  title: 'mini-MIAS',
  license: 'research only',
  looksFor: 'Info.txt with lines such as "mdb001 G CIRC B 535 425 197"',
  matches: async (source) => (await findInfo(source)) !== undefined,
  read: readMiniMias,
}

/** Pixels of a side of every film. */
const side = 1024

async function findInfo(source: SourceFolder): Promise<string | undefined> {
  for (const file of await source.files()) {
    if (!/(^|\/)info(\.txt)?$/i.test(file)) continue
    const text = Buffer.from(await readInputFile(source.path(file), 'Check the path.')).toString('latin1')
    if (/^mdb\d{3}\s+[FGD]\s/m.test(text)) return file
  }
  return undefined
}

interface Abnormality {
  readonly line: number
  readonly words: readonly string[]
}

async function readMiniMias(source: SourceFolder) {
  const problems = new ProblemList()
  const path = (await findInfo(source))!
  const text = Buffer.from(await readInputFile(source.path(path), 'Check the path.')).toString('latin1')
  const films = new Map<string, Abnormality[]>()
  for (const [at, content] of text.split(/\r\n?|\n/).entries()) {
    const words = content.trim().split(/\s+/)
    // The file of the archive explains itself above and below its list.
    if (!/^mdb\d+$/.test(words[0]!)) continue
    if (words.length < 3) {
      problems.add('unknown-value', `No class in ${JSON.stringify(content)}`, path, at + 1)
      continue
    }
    films.set(words[0]!, [...(films.get(words[0]!) ?? []), { line: at + 1, words }])
  }
  const pictures = new Map(
    (await source.files()).flatMap((file) => {
      const id = /(?:^|\/)(mdb\d+)\.(?:pgm|png|jpe?g|tiff?)$/i.exec(file)?.[1]?.toLowerCase()
      return id === undefined ? [] : [[id, file] as const]
    }),
  )
  const images: DataSetImage[] = []
  for (const [id, abnormalities] of films) {
    const image = pictures.get(id)
    if (image === undefined) problems.add('image-missing', `No image ${id}.pgm`, path, abnormalities[0]!.line)
    else images.push(filmOf(image, id, abnormalities, path, problems))
  }
  for (const [id, file] of pictures) {
    if (!films.has(id)) problems.add('row-missing', `No line of ${path} speaks of ${file}`, file)
  }
  return { images, problems: problems.all }
}

/** Fatty, fatty-glandular, dense-glandular. */
const tissues: readonly string[] = ['F', 'G', 'D']
/** Calcification, circumscribed, spiculated and other masses, distortion, asymmetry, nothing. */
const classes: readonly string[] = ['CALC', 'CIRC', 'SPIC', 'MISC', 'ARCH', 'ASYM', 'NORM']
const severities: Readonly<Record<string, 0 | 1>> = { B: 0, M: 1 }

function filmOf(
  image: string,
  id: string,
  abnormalities: readonly Abnormality[],
  path: string,
  problems: ProblemList,
): DataSetImage {
  const number = Number(id.slice(3))
  const lesions: Lesion[] = []
  const rows = abnormalities.map(({ line, words: [, tissue = '', kind = ''] }) => {
    return { line, cells: { tissue, abnormality: kind === 'NORM' ? 'none' : 'some' } }
  })
  problems.compare(rows, ['tissue', 'abnormality'], path)
  const labels = abnormalities.map(({ line, words: [, tissue, kind, severity = '', x, y, radius] }) => {
    if (!tissues.includes(tissue!)) problems.add('unknown-value', `tissue ${JSON.stringify(tissue)}`, path, line)
    if (!classes.includes(kind!)) problems.add('unknown-value', `class ${JSON.stringify(kind)}`, path, line)
    if (kind === 'NORM') return 0
    const circle = circleOf(x, y, radius)
    // Where calcifications are spread over the breast, or no circle was drawn, there is none.
    if (circle) lesions.push({ ...circle, label: severities[severity] === 0 ? `benign-${kind}` : kind! })
    else if (x !== undefined && !/^\*NOTE/.test(x))
      problems.add('unknown-value', `circle ${x} ${y} ${radius}`, path, line)
    return problems.known(severities[severity], 'severity', severity, path, line)
  })
  const cancer = labels.includes(1) ? 1 : labels.includes(null) ? null : 0
  const words = (at: number) => joinCells(abnormalities.map((one) => one.words[at] ?? ''))
  return dataSetImage({
    image,
    // Films 1 and 2 are the first patient's.
    patientId: `mias${String(Math.ceil(number / 2)).padStart(3, '0')}`,
    imageId: id,
    laterality: number % 2 === 1 ? 'L' : 'R',
    view: 'MLO',
    cancer,
    cancerSource: cancer === null ? '' : 'severity',
    lesions,
    set: 'mini-mias',
    columns: { tissue: words(1), class: words(2), severity: words(3), x: words(4), y: words(5), radius: words(6) },
    table: path,
    line: abnormalities[0]!.line,
  })
}

/** The box about a circle whose center is given from the left and from the bottom. */
function circleOf(...cells: readonly (string | undefined)[]): Lesion | undefined {
  if (!cells.every((cell) => cell !== undefined && /^\d+$/.test(cell))) return undefined
  const [x, y, radius] = cells.map(Number) as [number, number, number]
  return { x: x - radius, y: side - y - radius, width: 2 * radius, height: 2 * radius }
}
