/** Values that no header should have, one for each way in which each attribute is read: the pixels are read, and the header says what was wrong. */
import { describe, expect, test } from 'vitest'
import { readDicom, readHeader, toPresentation } from '../../src/index.ts'
import { buildDicom, type Elements, imageElements } from '../build-dicom.ts'

function file(more: Elements): Uint8Array {
  const tags = Object.keys(more).map((key) => key.slice(0, 8))
  const others = Object.entries(imageElements(2, 2)).filter(([key]) => !tags.includes(key.slice(0, 8)))
  return buildDicom({ ...Object.fromEntries(others), ...more }, { pixelData: new Uint8Array(8).fill(7) })
}

const lut = (...descriptor: number[]) => [{ '00283002 US': descriptor, '00283006 OW': [0, 100, 200, 255] }]
const voi = (center: string, width: string, more: Elements = {}): Elements => ({
  '00281050 DS': center,
  '00281051 DS': width,
  ...more,
})
const view = (code: string, ...modifiers: string[]): Elements => ({
  '00540220 SQ': [{ '00080100 SH': code, '00540222 SQ': modifiers.map((modifier) => ({ '00080100 SH': modifier })) }],
})

type Case = readonly [elements: Elements, keyword: string, code: string, held: unknown]

const absent = undefined

const cases: readonly Case[] = [
  // Numbers as text.
  [{ '00281053 DS': '0,5' }, 'rescaleSlope', 'repaired', 0.5],
  [{ '00281053 DS': '-1,5E-1' }, 'rescaleSlope', 'repaired', -0.15],
  [{ '00281053 DS': '0.5\\2' }, 'rescaleSlope', 'conflict', 0.5],
  [{ '00281053 FD': [0.5] }, 'rescaleSlope', 'repaired', 0.5],
  [{ '00281053 DS': 'NaN' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': 'abc' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': '1,234.5' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': '1e999' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': '0x10' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': '\\1' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 DS': '0.5\0\u0005' }, 'rescaleSlope', 'repaired', 0.5],
  [{ '00281053 SQ': [{ '00080100 SH': '1' }] }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281053 LO': '1.0.0' }, 'rescaleSlope', 'malformed', Number.NaN],
  [{ '00281052 DS': 'Infinity' }, 'rescaleIntercept', 'malformed', Number.NaN],
  [{ '00281052 DS': '-0,25' }, 'rescaleIntercept', 'repaired', -0.25],
  [{ '001811A0 DS': '45 mm' }, 'bodyPartThickness', 'malformed', absent],
  [{ '001811A0 DS': '-45' }, 'bodyPartThickness', 'out-of-range', absent],
  [{ '001811A0 DS': '45,5' }, 'bodyPartThickness', 'repaired', 45.5],
  [{ '00181114 DS': 'one' }, 'estimatedRadiographicMagnificationFactor', 'malformed', absent],
  [{ '00181114 DS': '0' }, 'estimatedRadiographicMagnificationFactor', 'out-of-range', absent],
  [{ '00200013 IS': '1 of 4' }, 'instanceNumber', 'malformed', absent],
  [{ '00200013 IS': '1.5' }, 'instanceNumber', 'malformed', absent],
  [{ '00200013 US': [4] }, 'instanceNumber', 'repaired', 4],
  [{ '00280030 DS': '0,07\\0,07' }, 'pixelSpacing', 'repaired', [0.07, 0.07]],
  [{ '00280030 DS': '0.07' }, 'pixelSpacing', 'malformed', absent],
  [{ '00280030 DS': '0.07\\x' }, 'pixelSpacing', 'malformed', absent],
  [{ '00280030 DS': '0.07,0.07' }, 'pixelSpacing', 'malformed', absent],
  [{ '00280030 DS': '0.07\\0' }, 'pixelSpacing', 'out-of-range', absent],
  [{ '00181164 DS': '0.07\\' }, 'imagerPixelSpacing', 'malformed', absent],
  [{ '00181164 DS': '-0.07\\-0.07' }, 'imagerPixelSpacing', 'out-of-range', absent],
  // Windows.
  [voi('0', '0'), 'windowWidth', 'out-of-range', absent],
  [voi('NaN', '100'), 'windowCenter', 'malformed', absent],
  [voi('100', 'abc'), 'windowWidth', 'malformed', absent],
  [voi('100', '-5'), 'windowWidth', 'out-of-range', absent],
  [voi('100\\200', '50'), 'windowWidth', 'malformed', [50]],
  [voi('100', '50\\60'), 'windowCenter', 'malformed', [100]],
  [voi('100', ''), 'windowWidth', 'malformed', absent],
  [voi('x\\200', '50\\60'), 'windowCenter', 'malformed', [200]],
  [voi('0,25', '1'), 'windowCenter', 'repaired', [0.25]],
  [voi('0.25', '0.5'), 'windowWidth', 'repaired', [0.5]],
  [voi('1', '2', { '00281056 CS': 'linear' }), 'voiLutFunction', 'repaired', 'LINEAR'],
  [voi('1', '2', { '00281056 CS': 'Linear Exact' }), 'voiLutFunction', 'repaired', 'LINEAR_EXACT'],
  [voi('1', '2', { '00281056 CS': 'GAMMA' }), 'voiLutFunction', 'unknown-term', absent],
  // Tables.
  [{ '00283010 SQ': lut(4, 0, 20) }, 'voiLuts', 'malformed', absent],
  [{ '00283010 SQ': lut(9, 0, 8) }, 'voiLuts', 'malformed', absent],
  [{ '00283010 SQ': [{ '00283006 OW': [0, 1] }] }, 'voiLuts', 'malformed', absent],
  [{ '00283010 SQ': [{ '00283002 US': [2, 0, 8], '00283006 OW': [0, 256] }] }, 'voiLuts', 'malformed', absent],
  [{ '00283000 SQ': lut(9, 0, 8) }, 'modalityLut', 'malformed', absent],
  [{ '00281101 US': [4, 0, 40], '00281201 OW': [1, 2, 3, 4] }, 'palette', 'malformed', absent],
  [{ '00283010 UN': Uint8Array.of(1, 2, 3, 4) }, 'voiLuts', 'malformed', absent],
  [{ '00283000 OB': Uint8Array.of(1, 2, 3, 4) }, 'modalityLut', 'malformed', absent],
  // Size and bits.
  [{ '00280010 UL': [2] }, 'rows', 'repaired', 2],
  [{ '00280010 IS': '2' }, 'rows', 'repaired', 2],
  [{ '00280011 US': [2, 9] }, 'columns', 'conflict', 2],
  [{ '00280101 US': [14], '00280102 US': [11] }, 'highBit', 'conflict', 13],
  [{ '00280102 US': [16] }, 'highBit', 'conflict', 15],
  [{ '00280006 US': [7] }, 'planarConfiguration', 'out-of-range', 0],
  [{ '00280008 IS': '-1' }, 'numberOfFrames', 'out-of-range', 1],
  [{ '00280008 IS': '1A' }, 'numberOfFrames', 'malformed', 1],
  [{ '00280008 IS': '1.5' }, 'numberOfFrames', 'malformed', 1],
  [{ '00280004 CS': 'monochrome2' }, 'photometricInterpretation', 'repaired', 'MONOCHROME2'],
  [{ '00280004 CS': 'MONOCHROME 2' }, 'photometricInterpretation', 'repaired', 'MONOCHROME2'],
  // Stored values of an odd size.
  [{ '00280106 LO': 'low' }, 'smallestImagePixelValue', 'malformed', absent],
  [{ '00280107 IS': 'high' }, 'largestImagePixelValue', 'malformed', absent],
  [{ '00280120 LO': 'none' }, 'pixelPaddingValue', 'malformed', absent],
  [{ '00280121 DS': '12' }, 'pixelPaddingRangeLimit', 'repaired', 12],
  [{ '00281041 IS': '-1' }, 'pixelIntensityRelationshipSign', 'repaired', -1],
  // Terms and texts.
  [{ '20500020 CS': 'inverse' }, 'presentationLutShape', 'repaired', 'INVERSE'],
  [{ '20500020 CS': 'SIDEWAYS' }, 'presentationLutShape', 'unknown-term', absent],
  [{ '00080068 CS': 'FOR_PRESENTATION' }, 'presentationIntentType', 'repaired', 'FOR PRESENTATION'],
  [{ '00080068 CS': 'FOR SALE' }, 'presentationIntentType', 'unknown-term', 'FOR SALE'],
  [{ '00080008 CS': 'original\\primary' }, 'imageType', 'repaired', ['ORIGINAL', 'PRIMARY']],
  [{ '00080060 CS': 'mg' }, 'modality', 'repaired', 'MG'],
  [{ '00200062 CS': 'Left' }, 'imageLaterality', 'repaired', 'L'],
  [{ '00200062 CS': 'LEFT BREAST' }, 'imageLaterality', 'repaired', 'L'],
  [{ '00200062 CS': 'L', '00200060 CS': 'R' }, 'laterality', 'conflict', 'R'],
  [{ '00200062 CS': 'X' }, 'imageLaterality', 'unknown-term', 'X'],
  [{ '00200060 CS': 'r' }, 'laterality', 'repaired', 'R'],
  [{ '00200020 CS': 'p\\l' }, 'patientOrientation', 'repaired', ['P', 'L']],
  [{ '00281300 CS': 'yes' }, 'breastImplantPresent', 'repaired', 'YES'],
  [{ '00281300 CS': 'MAYBE' }, 'breastImplantPresent', 'unknown-term', 'MAYBE'],
  [{ '00281350 CS': 'y' }, 'partialView', 'repaired', 'YES'],
  [{ '00280301 CS': 'No' }, 'burnedInAnnotation', 'repaired', 'NO'],
  [{ '00282110 CS': 'YES' }, 'lossyImageCompression', 'unknown-term', 'YES'],
  [{ '00281040 CS': 'log' }, 'pixelIntensityRelationship', 'repaired', 'LOG'],
  [{ '00100040 CS': 'female' }, 'patientSex', 'repaired', 'F'],
  [{ '00101010 AS': '45' }, 'patientAge', 'malformed', '45'],
  [{ '00080020 DA': '1 May 2020' }, 'studyDate', 'malformed', '1 May 2020'],
  [{ '00080016 UI': 'CT' }, 'sopClassUid', 'malformed', 'CT'],
  [{ '00080018 UI': '1.2.x' }, 'sopInstanceUid', 'malformed', '1.2.x'],
  [{ '0020000D UI': '1.2\\1.3' }, 'studyInstanceUid', 'conflict', '1.2\\1.3'],
  [{ '0020000E UI': '9'.repeat(66) }, 'seriesInstanceUid', 'malformed', '9'.repeat(66)],
  [{ '00100020 LO': 'A\\B' }, 'patientId', 'conflict', 'A\\B'],
  [{ '00100020 LO': 'A\0xyz' }, 'patientId', 'repaired', 'A'],
  [{ '00080070 LO': '\tMaker\r\n' }, 'manufacturer', 'repaired', 'Maker'],
  [{ '00081090 LO': 'a\\b' }, 'manufacturerModelName', 'conflict', 'a\\b'],
  [{ '0008103E LO': 'a\0' + 'b' }, 'seriesDescription', 'repaired', 'a'],
  [{ '00180015 CS': 'breast' }, 'bodyPartExamined', 'repaired', 'BREAST'],
  [{ '00281054 LO': 'a\\b' }, 'rescaleType', 'conflict', 'a\\b'],
  [voi('1', '2', { '00281055 LO': 'soft\0x' }), 'windowCenterWidthExplanation', 'repaired', ['soft']],
  [{ '00080005 CS': 'ISO-IR 192' }, 'specificCharacterSet', 'repaired', ['ISO_IR 192']],
  [{ '00080005 CS': 'utf-8' }, 'specificCharacterSet', 'repaired', ['ISO_IR 192']],
  [{ '00080005 CS': 'KLINGON' }, 'specificCharacterSet', 'unknown-term', ['KLINGON']],
  [{ '00080005 CS': 'iso_ir 192' }, 'specificCharacterSet', 'repaired', ['ISO_IR 192']],
  // Views.
  [{ '00185101 CS': 'mlo' }, 'viewPosition', 'repaired', 'MLO'],
  [{ '00185101 CS': 'LCC' }, 'viewPosition', 'inferred', 'CC'],
  [{ '00185101 CS': '\\CC' }, 'viewPosition', 'conflict', 'CC'],
  [{ '00185101 CS': 'LCC' }, 'imageLaterality', 'inferred', 'L'],
  [{ '00181400 LO': 'R MLO' }, 'viewPosition', 'inferred', 'MLO'],
  [{ '00181400 LO': 'R MLO' }, 'imageLaterality', 'inferred', 'R'],
  [{ '0008103E LO': 'Mammo CC-L' }, 'viewPosition', 'inferred', 'CC'],
  [view('399162004', 'R-102D6', '4711'), 'viewModifiers', 'unknown-term', ['magnification']],
]

/** What reads every attribute, and what it says of its value. */
describe('an odd value', () => {
  test.each(cases)('%j: %s is %s', async (elements, keyword, code, held) => {
    const image = await readDicom(file(elements))
    expect(image.header[keyword as 'rows']).toEqual(held)
    const warning = image.header.warnings.find((one) => one.keyword === keyword)
    expect(warning).toMatchObject({ code, tag: expect.stringMatching(/^[0-9A-F]{8}$/) })
    expect(warning!.reason).toMatch(/^Expected .+\.$/)
    expect([...(await image.decodeFrame()).data]).toEqual([1799, 1799, 1799, 1799])
  })

  test.each([
    [{ '00281053 DS': 'abc' }, 'rescaleSlope (0028,1053)', '"abc"'],
    [{ '00281053 DS': 'NaN' }, 'rescaleSlope', '"NaN"'],
    [{ '00281053 DS': '0' }, 'rescaleSlope', '0'],
    [{ '00281052 DS': '1e999' }, 'rescaleIntercept', '"1e999"'],
    [{ '00283000 SQ': lut(9, 0, 8) }, 'modalityLut', 'a damaged one'],
  ] as const)(
    'without which gray levels cannot be right, %j, is refused by its name',
    async (elements, name, received) => {
      const { header, decodeFrame } = await readDicom(file(elements))
      const frame = await decodeFrame()
      const show = () => toPresentation(frame, header)
      expect(show).toThrow(expect.objectContaining({ code: 'invalid-header' }))
      expect(show).toThrow(name.slice(0, 12))
      expect(show).toThrow(received)
    },
  )

  test.each([
    [{ '00280010 IS': 'many' }, 'rows', '"many"'],
    [{ '00280010 US': [0] }, 'rows', '0'],
    [{ '00280010 SS': [-2] }, 'rows', '-2'],
    [{ '00280010 FD': [2.5] }, 'rows', '2.5'],
    [{ '00280010 SQ': [{ '00080100 SH': '1' }] }, 'rows', '""'],
    [{ '00280011 CS': 'X' }, 'columns', '"X"'],
    [{ '00280100 US': [12] }, 'bitsAllocated', '12'],
    [{ '00280101 US': [17] }, 'bitsStored', '17'],
    [{ '00280002 IS': 'one' }, 'samplesPerPixel', '"one"'],
    [{ '00280103 US': [2] }, 'pixelRepresentation', '2'],
    [{ '00280004 CS': '' }, 'photometricInterpretation', '"none"'],
  ] as const)('without which pixels cannot be right, %j, is refused by its name', async (elements, name, received) => {
    const refusal = await readHeader(file(elements)).catch((error) => error)
    expect(refusal).toMatchObject({ code: 'invalid-header', details: { keyword: name } })
    expect(refusal.message).toContain(`received ${received}`)
  })

  test('of the character set is the set that it means', async () => {
    const name = Buffer.from('乳房').toString('latin1')
    for (const set of ['ISO_IR 192', 'iso_ir 192', 'ISO IR 192', 'UTF-8']) {
      expect((await readHeader(file({ '00080005 CS': set, '00081090 LO': name }))).manufacturerModelName).toBe('乳房')
    }
  })

  test('of a view is found in the code of a functional group too', async () => {
    const groups = { '52009229 SQ': [{ '00189476 SQ': [view('399368009', 'R-102D7')] }] }
    expect(await readHeader(file(groups))).toMatchObject({ viewPosition: 'MLO', viewModifiers: ['spot-compression'] })
  })

  test('a sound header has no warning', async () => {
    expect((await readHeader(file(voi('1', '2', { '00185101 CS': 'CC', '00200062 CS': 'L' })))).warnings).toEqual([])
  })
})
