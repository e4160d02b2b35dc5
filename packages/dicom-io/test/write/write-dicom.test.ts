import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type DicomElements, readDicom, type WritableElement, writeDicom } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'dicom-io-write-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A Secondary Capture of 2 x 2 pixels; readDicom reads images alone. */
function capture(...more: readonly WritableElement[]): WritableElement[] {
  const elements: WritableElement[] = [
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' },
    { tag: '00080018', vr: 'UI', value: '2.25.7' },
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: 2 },
    { tag: '00280011', vr: 'US', value: 2 },
    { tag: '00280100', vr: 'US', value: 16 },
    { tag: '00280101', vr: 'US', value: 12 },
    { tag: '00280102', vr: 'US', value: 11 },
    { tag: '00280103', vr: 'US', value: 0 },
    { tag: '7FE00010', vr: 'OW', value: Uint16Array.of(1, 2, 3, 4095) },
  ]
  const tags = more.map(({ tag }) => tag)
  return [...elements.filter(({ tag }) => !tags.includes(tag)), ...more]
}

const code = (value: string, scheme: string, meaning: string): WritableElement[] => [
  { tag: '00080100', vr: 'SH', value },
  { tag: '00080102', vr: 'SH', value: scheme },
  { tag: '00080104', vr: 'LO', value: meaning },
]

/** A Basic Text SR, as DCMTK's dsrdump reads it. */
const report: readonly WritableElement[] = [
  { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.11' },
  { tag: '00080018', vr: 'UI', value: '2.25.1' },
  { tag: '00080020', vr: 'DA', value: '20200101' },
  { tag: '00080023', vr: 'DA', value: '20200101' },
  { tag: '00080030', vr: 'TM', value: '120000' },
  { tag: '00080033', vr: 'TM', value: '120000' },
  { tag: '00080050', vr: 'SH', value: '' },
  { tag: '00080060', vr: 'CS', value: 'SR' },
  { tag: '00080070', vr: 'LO', value: 'Größe und 乳房' },
  { tag: '00080090', vr: 'PN', value: '' },
  { tag: '00081111', vr: 'SQ', value: [] },
  { tag: '00100010', vr: 'PN', value: 'Test^Patient' },
  { tag: '00100020', vr: 'LO', value: 'P1' },
  { tag: '00100030', vr: 'DA', value: '' },
  { tag: '00100040', vr: 'CS', value: 'F' },
  { tag: '0020000D', vr: 'UI', value: '2.25.2' },
  { tag: '0020000E', vr: 'UI', value: '2.25.3' },
  { tag: '00200010', vr: 'SH', value: '' },
  { tag: '00200011', vr: 'IS', value: 1 },
  { tag: '00200013', vr: 'IS', value: '1' },
  { tag: '0040A040', vr: 'CS', value: 'CONTAINER' },
  { tag: '0040A043', vr: 'SQ', value: [code('121060', 'DCM', 'History')] },
  { tag: '0040A050', vr: 'CS', value: 'SEPARATE' },
  { tag: '0040A372', vr: 'SQ', value: [] },
  { tag: '0040A491', vr: 'CS', value: 'COMPLETE' },
  { tag: '0040A493', vr: 'CS', value: 'UNVERIFIED' },
  {
    tag: '0040A730',
    vr: 'SQ',
    value: [
      [
        { tag: '0040A010', vr: 'CS', value: 'CONTAINS' },
        { tag: '0040A040', vr: 'CS', value: 'TEXT' },
        { tag: '0040A043', vr: 'SQ', value: [code('121071', 'DCM', 'Finding')] },
        { tag: '0040A160', vr: 'UT', value: `${'Nothing found. '.repeat(10_000)}\\ é` },
      ],
    ],
  },
]

describe('round trips', () => {
  test('an image has the pixels and values that it was written with', async () => {
    const elements = capture(
      { tag: '00281050', vr: 'DS', value: [1 / 3, -1e-7] },
      { tag: '00281051', vr: 'DS', value: [10, -999_999_999_999_999.5] },
      { tag: '00200013', vr: 'IS', value: 42 },
      { tag: '00100020', vr: 'LO', value: '张三' },
    )
    const { header, decodeFrame } = await readDicom(writeDicom(elements))
    expect(header).toMatchObject({ rows: 2, instanceNumber: 42, patientId: '张三', windowCenter: [0.33333333333333] })
    expect(header.elements.texts('00281050')).toEqual(['0.33333333333333', '-1e-7'])
    expect(header.elements.texts('00281051')).toEqual(['10', '-1e+15'])
    expect(header.elements.text('00020010')).toBe('1.2.840.10008.1.2.1')
    expect([...(await decodeFrame()).data]).toEqual([1, 2, 3, 4095])
  })

  test('compressed frames are found by their offset table, and keep their syntax', async () => {
    const frame = Uint8Array.from({ length: 80 }, (_, at) => (at === 0 ? 2 : at === 4 ? 64 : at === 8 ? 67 : 0))
    // RLE: two segments, the high bytes and the low ones, of literal runs.
    frame.set([3, 0, 0, 0], 64)
    frame.set([3, 1, 2, 3], 68)
    frame[69 + 3] = 4
    new DataView(frame.buffer).setUint32(8, 69, true)
    frame.set([3, 0, 0, 0, 0, 3, 1, 2, 3, 4], 64)
    const elements = capture(
      { tag: '00280008', vr: 'IS', value: 2 },
      { tag: '7FE00010', vr: 'OB', value: [frame.subarray(0, 74), frame.subarray(0, 74)] },
    )
    const { header, decodeFrame } = await readDicom(writeDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.5' }))
    expect(header.transferSyntaxUid).toBe('1.2.840.10008.1.2.5')
    expect([...(await decodeFrame(1)).data]).toEqual([1, 2, 3, 4])
  })

  test('frames that are encapsulated without being compressed keep their syntax, too', async () => {
    const frames = [0, 4].map((first) => Uint8Array.of(first, 0, first + 1, 0, first + 2, 0, first + 3, 0))
    const elements = capture({ tag: '00280008', vr: 'IS', value: 2 }, { tag: '7FE00010', vr: 'OB', value: frames })
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.1.98' }
    const { decodeFrame } = await readDicom(writeDicom(elements, options))
    expect([...(await decodeFrame(1)).data]).toEqual([4, 5, 6, 7])
  })

  const text = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((value) => /^[^\\\p{Cc}\p{Surrogate}]*$/u.test(value))
  const trimmed = text.map((value) => value.trim())
  const leaf = fc.oneof(
    fc.record({ vr: fc.constant('LO' as const), value: fc.array(trimmed, { minLength: 1, maxLength: 3 }) }),
    fc.record({ vr: fc.constant('UT' as const), value: text.map((value) => value.trimEnd()) }),
    fc.record({
      vr: fc.constant('DS' as const),
      value: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ vr: fc.constant('IS' as const), value: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }) }),
    fc.record({ vr: fc.constant('US' as const), value: fc.array(fc.nat(65_535), { minLength: 1, maxLength: 4 }) }),
    fc.record({
      vr: fc.constant('SS' as const),
      value: fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ vr: fc.constant('UL' as const), value: fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 4 }) }),
    fc.record({
      vr: fc.constant('FD' as const),
      value: fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ vr: fc.constant('OB' as const), value: fc.uint8Array({ maxLength: 9 }) }),
  )
  const { dataSet } = fc.letrec<{ dataSet: WritableElement[]; element: WritableElement }>((tie) => ({
    dataSet: fc.uniqueArray(tie('element'), { maxLength: 5, selector: ({ tag }) => tag }),
    element: fc.oneof(
      { maxDepth: 4 },
      element(leaf),
      element(fc.record({ vr: fc.constant('SQ' as const), value: fc.array(tie('dataSet'), { maxLength: 3 }) })),
    ),
  }))

  function element(value: fc.Arbitrary<unknown>): fc.Arbitrary<WritableElement> {
    const tag = fc.nat(0xffff).map((number) => `0009${number.toString(16).toUpperCase().padStart(4, '0')}`)
    return fc.tuple(tag, value).map(([one, rest]) => ({ tag: one, ...(rest as object) }) as WritableElement)
  }

  test('every data set, sequences nested, comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(dataSet, async (elements) => {
        const bytes = writeDicom(capture(...elements))
        expect(writeDicom([...capture(...elements)].reverse())).toEqual(bytes)
        const { header } = await readDicom(bytes)
        expectSame(header.elements, elements)
      }),
      { numRuns: 100 },
    )
  })

  function expectSame(read: DicomElements, written: readonly WritableElement[]): void {
    for (const { tag, vr, value } of written) {
      const found = read.get(tag)!
      expect(found.vr).toBe(vr)
      if (vr === 'SQ') {
        expect(found.items.length).toBe(value.length)
        for (const [index, item] of value.entries()) expectSame(found.items[index]!, item)
      } else if (vr === 'LO' || vr === 'UT') {
        const texts = [value].flat()
        expect(read.texts(tag)).toEqual(texts.some((text) => text !== '') ? texts : undefined)
      } else if (vr === 'OB') {
        const bytes = value as Uint8Array
        expect([...found.bytes.subarray(0, bytes.length)]).toEqual([...bytes])
        expect(found.bytes.length).toBe(bytes.length + (bytes.length % 2))
      } else {
        const numbers = read.numbers(tag, vr)!
        const expected = [value].flat().map(Number)
        expect(numbers.length).toBe(expected.length)
        // Sixteen characters hold ten digits of the smallest numbers.
        for (const [at, number] of numbers.entries()) {
          const tolerance = vr === 'DS' ? Math.abs(expected[at]!) * 1e-8 : 0
          expect(Math.abs(number - expected[at]!) <= tolerance || Object.is(number, expected[at])).toBe(true)
        }
      }
    }
  }
})

describe('what cannot be written', () => {
  test.each<[string, WritableElement]>([
    ['a short string of 17 characters', { tag: '00080050', vr: 'SH', value: 'x'.repeat(17) }],
    ['lower case in a code string', { tag: '00080060', vr: 'CS', value: 'mg' }],
    ['a UID with a leading zero', { tag: '0020000D', vr: 'UI', value: '1.02' }],
    ['a date with dashes', { tag: '00080020', vr: 'DA', value: '2020-01-01' }],
    ['a backslash', { tag: '00100020', vr: 'LO', value: 'a\\b' }],
    ['a line break in one line', { tag: '00100020', vr: 'LO', value: 'a\nb' }],
    ['a decimal that is no number', { tag: '00281050', vr: 'DS', value: Number.NaN }],
    ['a decimal string with a comma', { tag: '00281050', vr: 'DS', value: '0,5' }],
    ['an integer string with a fraction', { tag: '00200013', vr: 'IS', value: 1.5 }],
    ['a number above 16 bits', { tag: '00280010', vr: 'US', value: 65_536 }],
    ['a number below 0', { tag: '00280010', vr: 'US', value: -1 }],
    ['several values of a long text', { tag: '00104000', vr: 'LT', value: ['a', 'b'] }],
    ['a value longer than its length can say', { tag: '00281050', vr: 'DS', value: Array(10_000).fill('1234567') }],
    ['a tag of letters', { tag: 'PatientID', vr: 'LO', value: 'P' }],
    ['frames without the syntax of their compression', { tag: '7FE00010', vr: 'OB', value: [new Uint8Array(2)] }],
    ['a text beyond the character set', { tag: '00080005', vr: 'CS', value: 'ISO_IR 100' }],
  ])('%s is refused by its tag', (_, element) => {
    const others = element.tag === '00080005' ? [{ tag: '00100020', vr: 'LO', value: '张三' } as const] : []
    expect(() => writeDicom(capture(element, ...others))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: { tag: others[0]?.tag ?? element.tag } }),
    )
  })

  test('a tag that is there twice, an object without class or instance, and implicit VR are refused', () => {
    const refused = expect.objectContaining({ code: 'invalid-argument' })
    const twice: WritableElement = { tag: '00100020', vr: 'LO', value: 'P' }
    expect(() => writeDicom([...capture(twice), twice])).toThrow(refused)
    expect(() => writeDicom([twice])).toThrow(refused)
    expect(() => writeDicom(capture(), { transferSyntaxUid: '1.2.840.10008.1.2' })).toThrow(refused)
  })
})

describe('DCMTK', () => {
  const tools = ['/usr/bin/dcmdump', '/usr/bin/dsrdump']
  if (!tools.every((tool) => existsSync(tool))) return test.skip(`skipped: ${tools.join(', ')} are not on this machine`)

  function run(tool: string, elements: readonly WritableElement[]): string {
    const path = join(folder, 'written.dcm')
    writeFileSync(path, writeDicom(elements))
    // Warnings and errors go to the second stream, which joins the first here.
    return execFileSync('sh', ['-c', `${tool} ${path} 2>&1`]).toString()
  }

  test('dumps a report and an image without a complaint', () => {
    const dump = run(`${tools[0]} -q -v`, report)
    expect(dump).not.toMatch(/^[EWF]: /m)
    expect(run(`${tools[0]} +L`, report)).toContain('(0008,0070) LO [Größe und 乳房]')
    expect(run(`${tools[0]} +L`, capture())).not.toMatch(/^[EWF]: /m)
  })

  test('reads the report as a structured one', () => {
    const dump = run(`${tools[1]} +U8`, report)
    expect(dump).not.toMatch(/^[EF]: /m)
    expect(dump).toContain('Finding')
    expect(dump).toContain('Nothing found.')
  })
})

describe('pydicom', () => {
  const python = spawnSync('python3', ['-c', 'import pydicom, numpy']).status === 0
  if (!python) return test.skip('skipped: python3 with pydicom is not on this machine')

  test('reads every element of a report and an image, with warnings as errors', () => {
    const script = [
      'import sys, warnings, pydicom',
      "warnings.simplefilter('error')",
      'for path in sys.argv[1:]:',
      '    data = pydicom.dcmread(path)',
      '    count = sum(1 for element in data.iterall() if str(element.value) is not None)',
      "    last = data.pixel_array.tolist() if 'PixelData' in data else len(data.ContentSequence[0].TextValue)",
      "    print(count, data.get('Manufacturer'), last)",
    ].join('\n')
    const paths = [report, capture()].map((elements, index) => {
      const path = join(folder, `${index}.dcm`)
      writeFileSync(path, writeDicom(elements))
      return path
    })
    const printed = execFileSync('python3', ['-c', script, ...paths]).toString()
    expect(printed.trim().split('\n')).toEqual(['38 Größe und 乳房 150003', '11 None [[1, 2], [3, 4095]]'])
  })
})
