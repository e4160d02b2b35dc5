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

test.each([
  ['a structured report', '1.2.840.10008.5.1.4.1.1.88.33', 'SR'],
  ['structures of radiotherapy', '1.2.840.10008.5.1.4.1.1.481.3', 'RTSTRUCT'],
  ['a presentation state', '1.2.840.10008.5.1.4.1.1.11.1', 'PR'],
])('%s has no pixels, and the error says so', async (_, uid, modality) => {
  const elements = { '00080016 UI': uid, '00080018 UI': '1.2.3', '00080060 CS': modality, '00100020 LO': 'P1' }
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
