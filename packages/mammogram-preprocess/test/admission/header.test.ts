import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDicom, type Elements, imageElements } from '../../../dicom-io/test/build-dicom.ts'
import { type Admission, type PreprocessOptions, preprocessImage } from '../../src/index.ts'
import { dicomFile } from '../dicom-file.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const small = { height: 64, width: 32, method: 'threshold' } as const
const sop = (end: string) => ({ '00080016 UI': `1.2.840.10008.5.1.4.1.1.${end}` })

async function verdict(bytes: Uint8Array, options: PreprocessOptions = {}) {
  const path = join(await temporaryFolder(), 'a.dcm')
  await write(path, bytes)
  return preprocessImage(path, { ...small, ...options }).then(
    ({ warnings }) => warnings.filter((warning) => !warning.startsWith('identifier:')),
    (error: { code: string; message: string; details: { check?: string } }) => error,
  )
}

const view = (modifier: string, code = '399162004'): Elements => ({
  '00540220 SQ': [{ '00080100 SH': code, '00540222 SQ': modifier ? [{ '00080100 SH': modifier }] : [] }],
})

test('a mammogram for presentation with all that names it is admitted without a warning', async () => {
  expect(await verdict(dicomFile())).toEqual([])
})

test.each(['II*\0', 'MM\0*', '\x89PNG\r\n\x1a\n', 'P5 1 1 255 '])(
  'a file whose preamble begins with %j and which goes on as DICOM is DICOM',
  async (start) => {
    const file = dicomFile()
    file.set(Buffer.from(start, 'latin1'))
    expect(await verdict(file)).toEqual([])
  },
)

const refused: [string, keyof Admission, string, Elements][] = [
  ['a CT slice', 'sopClass', 'CT Image Storage', { ...sop('2'), '00080060 CS': 'CT' }],
  ['an MR slice', 'sopClass', 'MR Image Storage', { ...sop('4'), '00080060 CS': 'MR' }],
  ['an ultrasound image', 'sopClass', 'Ultrasound Image Storage', { ...sop('6.1'), '00080060 CS': 'US' }],
  ['an image of radiotherapy', 'sopClass', 'RT Image Storage', { ...sop('481.1'), '00080060 CS': 'RTIMAGE' }],
  ['a SOP Class without a name here', 'sopClass', '1.2.840.10008.5.1.4.1.1.999', sop('999')],
  ['a chest radiograph', 'sopClass', 'Digital X-Ray', { ...sop('1.1'), '00080060 CS': 'DX', '00180015 CS': 'CHEST' }],
  ['a capture of another modality', 'sopClass', 'Secondary Capture', { ...sop('7'), '00080060 CS': 'OT' }],
  ['a mammogram that says CT', 'modality', 'CT', { '00080060 CS': 'CT' }],
  ['FOR PROCESSING by its intent', 'intent', 'FOR PROCESSING', { '00080068 CS': 'FOR PROCESSING' }],
  ['FOR PROCESSING by its class', 'intent', 'FOR PROCESSING', { ...sop('1.2.1'), '00080068 CS': 'FOR PRESENTATION' }],
  ['another intent', 'intent', 'another value', { '00080068 CS': 'FOR TEACHING' }],
  ['a specimen by its view code', 'specimen', 'specimen', view('', '127457009')],
  ['a specimen by its old view code', 'specimen', 'specimen', view('', 'G-8310')],
  ['a specimen by its sequence', 'specimen', 'specimen', { '00400560 SQ': [{ '00400551 LO': 'S1' }] }],
  ['a specimen by its View Position', 'specimen', 'specimen', { '00185101 CS': 'SPECIMEN' }],
  ['a specimen by its description', 'specimen', 'specimen', { '0008103E LO': 'L Specimen' }],
  ['a magnification by its modifier', 'magnification', 'magnification', view('399163009')],
  ['a magnification by its old modifier', 'magnification', 'magnification', view('R-102D6')],
  ['a magnification by its factor', 'magnification', '1.8', { '00181114 DS': '1.8' }],
  ['a magnification by its View Position', 'magnification', 'magnification', { '00185101 CS': 'MCC' }],
  ['a spot by its modifier', 'spot', 'spot compression', view('399055006')],
  ['a spot by its old modifier', 'spot', 'spot compression', view('R-102D7')],
  ['a spot by its View Position', 'spot', 'spot compression', { '00185101 CS': 'SMLO' }],
]

test.each(refused)(
  '%s is refused by the check %s, and admitted with a warning where that is set',
  async (_, check, received, elements) => {
    const file = dicomFile({ elements })
    const error = await verdict(file)
    expect(error).toMatchObject({ code: 'not-admitted', details: { check } })
    expect((error as Error).message).toMatch(/^Expected .+ but received .+\. Set admission\.\w+ to warn to admit it\.$/)
    expect((error as Error).message).toContain(received)
    const all = { sopClass: 'warn', modality: 'warn', [check]: 'warn' } as const
    expect(await verdict(file, { admission: all })).not.toEqual([])
  },
)

const admitted: [string, string[], Elements][] = [
  ['a view in lower case', ['header:viewPosition-repaired'], { '00185101 CS': 'mlo' }],
  ['a mediolateral view, which begins with the letter of magnifications', [], { '00185101 CS': 'ML' }],
  ['a magnification factor of a contact view', [], { '00181114 DS': '1.07' }],
  ['an implant displaced', [], view('399209000')],
  ['a film that was scanned', ['source:secondary-capture'], sop('7')],
  [
    'computed radiography of a breast',
    ['source:radiography', 'source:cr'],
    { ...sop('1'), '00080060 CS': 'CR', '00180015 CS': 'BREAST' },
  ],
  ['a header without SOP Class', ['sop-class:absent'], { '00080016 UI': '' }],
  ['a header without Modality', ['modality:absent'], { '00080060 CS': '' }],
  ['a header without intent', ['intent:absent'], { '00080068 CS': '' }],
  ['a view that is none of a breast', ['view:unknown'], { '00185101 CS': 'AP' }],
  [
    'a 2-D image made from slices',
    ['derived:synthetic'],
    { '00080008 CS': 'DERIVED\\PRIMARY\\TOMOSYNTHESIS\\GENERATED_2D' },
  ],
  ['a body part that is none', ['body-part:other'], { '00180015 CS': 'PHANTOM' }],
  ['a partial view', ['derived:partial-view'], { '00281350 CS': 'YES' }],
  ['a series that is named after a spot', ['named:spot'], { '0008103E LO': 'L CC SPOT' }],
]

test.each(admitted)('%s is admitted with %j', async (_, warnings, elements) => {
  expect(await verdict(dicomFile({ elements }))).toEqual(warnings)
})

test('what a header lacks is refused where that is set', async () => {
  const file = dicomFile({ elements: { '00080016 UI': '' } })
  expect(await verdict(file, { admission: { absent: 'refuse' } })).toMatchObject({ details: { check: 'absent' } })
})

const withoutImage: [string, string, string, string][] = [
  ['a structured report', '88.33', 'SR', 'Comprehensive SR Storage'],
  ['findings of CAD', '88.50', 'SR', 'Mammography CAD SR Storage'],
  ['a selection of key objects', '88.59', 'KO', 'Key Object Selection Document Storage'],
  ['structures of radiotherapy', '481.3', 'RTSTRUCT', 'RT Structure Set Storage'],
  ['a plan of radiotherapy', '481.5', 'RTPLAN', 'RT Plan Storage'],
  ['a presentation state', '11.1', 'PR', 'Grayscale Softcopy Presentation State Storage'],
  ['a registration', '66.1', 'REG', 'Spatial Registration Storage'],
  ['raw data', '66', 'MG', 'Raw Data Storage'],
  ['a PDF', '104.1', 'DOC', 'Encapsulated PDF Storage'],
  ['an object without a name here', '999', 'OT', '1.2.840.10008.5.1.4.1.1.999'],
]

test.each(withoutImage)(
  '%s is refused by its SOP Class, as an object without an image',
  async (_, end, modality, name) => {
    const elements = { ...sop(end), '00080018 UI': '1.2.3', '00080060 CS': modality, '00100020 LO': 'P1' }
    const file = buildDicom(elements)
    expect(await verdict(file)).toMatchObject({
      code: 'not-admitted',
      message: `Expected an image of X-ray mammography for SOP Class but received ${name}, an object without an image. Leave the file out.`,
      details: { check: 'sopClass', warnings: ['sop-class:other'] },
    })
    expect(await verdict(file, { admission: { sopClass: 'warn', modality: 'warn' } })).toMatchObject({
      code: 'no-pixels',
    })
  },
)

test('what a SOP Class in the meta information or Modality alone says of an object without an image counts', async () => {
  const directory = buildDicom({ '00020002 UI': '1.2.840.10008.1.3.10', '00041130 CS': 'A' })
  expect(await verdict(directory)).toMatchObject({ details: { check: 'sopClass' } })
  const report = { '00080060 CS': 'SR', '00080018 UI': '1.2.3' }
  expect(await verdict(buildDicom(report))).toMatchObject({ details: { check: 'modality' } })
})

test('an object of another class whose pixels are real numbers, or larger than the header may be, is refused by its class', async () => {
  const map = imageElements(2, 2, { ...sop('30'), '00080060 CS': 'MR', '7FE00008 OF': new Uint8Array(16) })
  expect(await verdict(buildDicom(map))).toMatchObject({ details: { check: 'sopClass' } })
  const document = { '00020002 UI': '1.2.840.10008.5.1.4.1.1.104.1', '00420011 OB': new Uint8Array(9 * 2 ** 20) }
  expect(await verdict(buildDicom(document))).toMatchObject({ details: { check: 'sopClass' } })
})

test('a mammogram that lacks its pixels is a damaged file', async () => {
  const elements = { ...sop('1.2'), '00080060 CS': 'MG' }
  expect(await verdict(buildDicom(elements))).toMatchObject({ name: 'DicomError', code: 'no-pixels' })
})

/** A secondary capture in RGB of a breast on air; `tint` is added to the red of its tissue. */
function colorFile(tint: number): Uint8Array {
  const [rows, columns] = [128, 96]
  const pixels = new Uint8Array(rows * columns * 3)
  for (let at = 0; at < rows * columns; at++) {
    const [x, y] = [at % columns, Math.floor(at / columns)]
    const isInside = (x / 60) ** 2 + ((y - 64) / 50) ** 2 < 1
    const value = isInside ? 120 + ((x * 7 + y * 3) % 60) : (x + y) % 4
    pixels.set([value + (isInside ? tint : 0), value, value], 3 * at)
  }
  const elements = imageElements(rows, columns, {
    ...sop('7'),
    '00080060 CS': 'MG',
    '00080068 CS': 'FOR PRESENTATION',
    '00280002 US': [3],
    '00280004 CS': 'RGB',
    '00280006 US': [0],
    '00280100 US': [8],
    '00280101 US': [8],
    '00280102 US': [7],
  })
  return buildDicom(elements, { pixelData: pixels, pixelDataVr: 'OB' })
}

test('a color capture of equal channels is gray; colors are refused, or converted where that is asked for', async () => {
  expect(await verdict(colorFile(0))).toEqual(['source:secondary-capture'])
  expect(await verdict(colorFile(40))).toMatchObject({ code: 'not-admitted', details: { check: 'color' } })
  const converted = await verdict(colorFile(40), { raster: { color: 'luminance' } })
  expect(converted).toEqual(['source:secondary-capture', 'raster:color'])
})
