import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { headerOfFrame, readDicom, readHeader } from '../../src/index.ts'
import { buildDicom, concat, type DicomFileOptions, type Elements, imageElements } from '../build-dicom.ts'

const folder = mkdtempSync(join(tmpdir(), 'dicom-io-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(more: Elements = {}, options: DicomFileOptions = {}): Uint8Array {
  return buildDicom(imageElements(2, 2, more), { pixelData: new Uint8Array(8), ...options })
}

const encodings = [
  ['implicit little endian', '1.2.840.10008.1.2'],
  ['explicit little endian', '1.2.840.10008.1.2.1'],
  ['explicit big endian', '1.2.840.10008.1.2.2'],
] as const

const voiLut: Elements = {
  '00283010 SQ': [
    { '00283002 US': [3, 0xfffe, 12], '00283003 LO': 'SOFT', '00283006 OW': [0, 2000, 4095] },
    { '00283002 US': [2, 5, 8], '00283003 LO': 'HARD', '00283006 OW': [0, 255] },
  ],
}

describe('structure', () => {
  test.each(encodings)('reads sequences of defined and undefined length in %s', async (_, transferSyntaxUid) => {
    for (const undefinedLengths of [false, true]) {
      const header = await readHeader(file({ ...voiLut, '00280103 US': [1] }, { transferSyntaxUid, undefinedLengths }))
      expect(header.voiLuts).toEqual([
        { firstMapped: -2, bits: 12, entries: Uint16Array.of(0, 2000, 4095), explanation: 'SOFT' },
        { firstMapped: 5, bits: 8, entries: Uint16Array.of(0, 255), explanation: 'HARD' },
      ])
    }
  })

  test.each(encodings)(
    'reads a data set in %s that has neither preamble nor meta group',
    async (_, transferSyntaxUid) => {
      for (const options of [{ preamble: false, meta: false }, { meta: false }, { preamble: false }]) {
        const header = await readHeader(file({}, { transferSyntaxUid, ...options }))
        expect(header).toMatchObject({ rows: 2, transferSyntaxUid })
      }
    },
  )

  test('steps over the value representations OV, SV, UV, OL, OD, UC, UR and UN', async () => {
    const long = new Uint8Array(16).fill(7)
    const more = Object.fromEntries(
      ['OV', 'SV', 'UV', 'OL', 'OD', 'UC', 'UR', 'UN'].map((vr, index) => [`0009101${index} ${vr}`, long]),
    )
    const header = await readHeader(file({ '00090010 LO': 'TEST', ...more, '00100020 LO': 'after' }))
    expect(header.patientId).toBe('after')
    expect(header.elements.get('00091010')).toMatchObject({ vr: 'OV', bytes: long })
  })

  test('needs of a file only what lies before Pixel Data', async () => {
    const path = join(folder, 'header.dcm')
    const more = { '00091001 OB': new Uint8Array(300_000), '00100020 LO': 'far away' }
    writeFileSync(path, file({ '00090010 LO': 'TEST', ...more }))
    truncateSync(path, file({ '00090010 LO': 'TEST', ...more }).length - 8)
    expect((await readHeader(path)).patientId).toBe('far away')
  })

  test.each(encodings)(
    'reads a long text in %s whole, with its backslashes and its indent',
    async (_, transferSyntaxUid) => {
      const { elements } = await readHeader(
        file({ '00104000 LT': '  C:\\a\\b ', '00081090 LO': ' a \\b' }, { transferSyntaxUid }),
      )
      expect(elements.texts('00104000')).toEqual(['  C:\\a\\b'])
      expect(elements.texts('00081090')).toEqual(['a', 'b'])
    },
  )

  test.each(encodings.slice(1))(
    'looks into a sequence in %s that its writer did not know and wrote as UN',
    async (_, transferSyntaxUid) => {
      const nested = buildDicom(
        { '00081140 SQ': [{ '00081155 UI': '1.2', '00280010 US': [7] }] },
        { transferSyntaxUid: '1.2.840.10008.1.2', meta: false, preamble: false },
      )
      const unknown = {
        '00081140 UN': nested.subarray(8),
        '00091001 UN': Uint8Array.of(0xfe, 0xff, 0, 0xe0, 9, 9, 9, 9),
      }
      const { elements } = await readHeader(file({ ...unknown, '00104000 LT': 'behind' }, { transferSyntaxUid }))
      const [item] = elements.items('00081140')
      expect([item!.text('00081155'), item!.shorts('00280010', false)]).toEqual(['1.2', [7]])
      expect(elements.get('00091001')).toMatchObject({ vr: 'UN', items: [], bytes: unknown['00091001 UN'] })
      expect(elements.text('00104000')).toBe('behind')
    },
  )

  test.each(encodings.slice(1))(
    'reads elements in %s that lack their value representation',
    async (_, transferSyntaxUid) => {
      const short = (value: number) =>
        transferSyntaxUid.endsWith('.2') ? Uint8Array.of(value >> 8, value) : Uint8Array.of(value, value >> 8)
      const more: Elements = {
        '00080005 CS-': 'ISO_IR 100',
        '00100020 LO-': 'P1',
        '00280010 US-': short(2),
        '00281050 DS-': '7',
        '00281051 DS-': '9',
      }
      const others = Object.entries(imageElements(2, 2, more)).filter(([key]) => key !== '00280010 US')
      const bytes = buildDicom(Object.fromEntries(others), { transferSyntaxUid, pixelData: new Uint8Array(8) })
      expect(await readHeader(bytes)).toMatchObject({ rows: 2, columns: 2, patientId: 'P1', windowCenter: [7] })
    },
  )

  test.each(encodings.slice(1))('reads sequences in %s whose items lack value representations', async (_, uid) => {
    const voi = { '00281050 DS': '7', '00281051 DS': '9' }
    for (const undefinedLengths of [false, true]) {
      for (const inner of ['SQ', 'SQ-'] as const) {
        const groups = {
          '52009229 SQ-': [{ [`00289132 ${inner}`]: [voi] }],
          '52009230 SQ': [{ '00209071 SQ-': [{ '00209072 CS': 'R' }] }],
        }
        const header = await readHeader(file(groups, { transferSyntaxUid: uid, undefinedLengths }))
        expect(header).toMatchObject({ windowCenter: [7], windowWidth: [9], imageLaterality: 'R' })
      }
    }
  })

  test('takes the last of two elements with one tag, and says that they differ', async () => {
    const first = buildDicom({ '00280010 US': [5] }, { preamble: false, meta: false })
    const meta = buildDicom({})
    const whole = concat([meta, first, file().subarray(meta.length)])
    const header = await readHeader(whole)
    expect(header.rows).toBe(2)
    expect(header.warnings).toMatchObject([{ keyword: 'rows', tag: '00280010', code: 'conflict' }])
    const same = concat([
      meta,
      buildDicom({ '00280010 US': [2] }, { preamble: false, meta: false }),
      file().subarray(meta.length),
    ])
    expect((await readHeader(same)).warnings).toEqual([])
  })

  test('reads a sequence of known length that its writer closed, and an item that ends with its sequence', async () => {
    const more = { '00081140 SQ': [{ '00081155 UI': '1.2' }], '00104000 LT': 'behind' }
    const open = file(more, { undefinedLengths: true })
    const at = Buffer.from(open).indexOf(Buffer.from([0xfe, 0xff, 0x0d, 0xe0]))
    const lacking = concat([open.subarray(0, at), open.subarray(at + 8)])
    const closed = file(more).slice()
    const sequence = Buffer.from(closed).indexOf(Buffer.from([8, 0, 0x40, 0x11]))
    new DataView(closed.buffer).setUint32(
      sequence + 8,
      new DataView(closed.buffer).getUint32(sequence + 8, true) + 8,
      true,
    )
    const end = Buffer.from(closed).indexOf(Buffer.from([0x10, 0, 0, 0x40]))
    const withDelimiter = concat([
      closed.subarray(0, end),
      Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
      closed.subarray(end),
    ])
    for (const bytes of [lacking, withDelimiter]) {
      const { elements } = await readHeader(bytes)
      expect([elements.items('00081140')[0]!.text('00081155'), elements.text('00104000')]).toEqual(['1.2', 'behind'])
    }
  })

  test('steps over the encapsulated pixels of an icon', async () => {
    const fragments = Uint8Array.of(
      0xfe,
      0xff,
      0,
      0xe0,
      0,
      0,
      0,
      0,
      0xfe,
      0xff,
      0,
      0xe0,
      6,
      0,
      0,
      0,
      1,
      2,
      0xfe,
      0xff,
      0xdd,
      0xe0,
    )
    const delimiter = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
    const icon = file(
      { '00880200 SQ': [{ '7FE00010 OB': concat([fragments, delimiter]) }], '00880904 LO': 'behind' },
      { undefinedLengths: true },
    ).slice()
    const at = Buffer.from(icon).indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42]))
    new DataView(icon.buffer).setUint32(at + 8, 0xffff_ffff, true)
    const { elements, rows } = await readHeader(icon)
    expect([rows, elements.text('00880904'), elements.items('00880200').length]).toEqual([2, 'behind', 1])
  })

  test('refuses a malformed tag', async () => {
    const { elements } = await readHeader(file())
    for (const tag of ['0028,0010', 'Rows', '']) {
      expect(() => elements.get(tag)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    }
  })

  test('says what a text in another character set says', async () => {
    const latin = await readHeader(file({ '00080005 CS': 'ISO_IR 100', '00081090 LO': 'M\u00fcller' }))
    expect(latin.manufacturerModelName).toBe('M\u00fcller')
    const utf8 = Buffer.from('乳房 M\u00fcller').toString('latin1')
    const unicode = await readHeader(file({ '00080005 CS': 'ISO_IR 192', '00081090 LO': utf8 }))
    expect(unicode.manufacturerModelName).toBe('乳房 M\u00fcller')
    const name =
      Buffer.from('Hong^\u001b$)C').toString('latin1') + Buffer.from([0xb1, 0xe6, 0xb5, 0xbf]).toString('latin1')
    const korean = await readHeader(file({ '00080005 CS': '\\ISO 2022 IR 149', '00100010 PN': name }))
    expect(korean.elements.text('00100010')).toBe('Hong^길동')
  })
})

describe('values', () => {
  test.each(encodings)('reads US or SS attributes as Pixel Representation says in %s', async (_, transferSyntaxUid) => {
    const padding = { '00280120 SS': [-2000], '00280121 US': [0xf830] }
    const signed = await readHeader(file({ ...padding, '00280103 US': [1] }, { transferSyntaxUid }))
    expect(signed).toMatchObject({ pixelPaddingValue: -2000, pixelPaddingRangeLimit: -2000 })
    const unsigned = await readHeader(file(padding, { transferSyntaxUid }))
    expect(unsigned).toMatchObject({ pixelPaddingValue: 63_536, pixelPaddingRangeLimit: 63_536 })
  })

  test('takes the view from its code where View Position is absent', async () => {
    const view = (code: string) => ({ '00540220 SQ': [{ '00080100 SH': code, '00080102 SH': 'SCT' }] })
    expect((await readHeader(file(view('399368009')))).viewPosition).toBe('MLO')
    expect((await readHeader(file({ ...view('399368009'), '00185101 CS': 'CC' }))).viewPosition).toBe('CC')
    for (const unknown of ['1', 'constructor']) {
      expect((await readHeader(file(view(unknown)))).viewPosition).toBeUndefined()
    }
  })

  test('takes windows and rescale from functional groups, shared and of a frame', async () => {
    const voi = (center: string) => ({ '00289132 SQ': [{ '00281050 DS': center, '00281051 DS': '10' }] })
    const rescale = { '00289145 SQ': [{ '00281052 DS': '-5', '00281053 DS': '2', '00281054 LO': 'US' }] }
    const anatomy = { '00209071 SQ': [{ '00209072 CS': 'R' }] }
    const groups = { '52009229 SQ': [{ ...voi('1'), ...rescale, ...anatomy }], '52009230 SQ': [{}, voi('2')] }
    const header = await readHeader(file({ '00280008 IS': '2', ...groups }, { pixelData: new Uint8Array(16) }))
    expect(header).toMatchObject({ windowCenter: [1], rescaleSlope: 2, rescaleIntercept: -5, imageLaterality: 'R' })
    expect(headerOfFrame(header, 0)).toMatchObject({ windowCenter: [1] })
    expect(headerOfFrame(header, 1)).toMatchObject({ windowCenter: [2], rescaleSlope: 2 })
    for (const index of [-1, 2, 0.5]) {
      expect(() => headerOfFrame(header, index)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    }
  })

  test('takes 0 frames for one, as some writers mean it', async () => {
    expect((await readHeader(file({ '00280008 IS': '0' }))).numberOfFrames).toBe(1)
  })

  test('survives structuredClone but for elements', async () => {
    const { elements, ...plain } = await readHeader(file({ ...voiLut, '00281050 DS': '1', '00281051 DS': '2' }))
    expect(structuredClone(plain)).toEqual(plain)
    expect(elements.tags).toContain('00283010')
  })

  test('reads a Modality LUT, a LUT of 65,536 entries and 8-bit entries in bytes', async () => {
    const entries = Array.from({ length: 65_536 }, (_, at) => at)
    const modality = { '00283000 SQ': [{ '00283002 US': [0, 0, 16], '00283006 OW': entries }] }
    expect((await readHeader(file(modality))).modalityLut!.entries.at(-1)).toBe(65_535)
    const bytes = { '00283010 SQ': [{ '00283002 US': [4, 0, 8], '00283006 OW': new Uint8Array([1, 2, 3, 4]) }] }
    expect((await readHeader(file(bytes))).voiLuts![0]!.entries).toEqual(Uint16Array.of(1, 2, 3, 4))
  })
})

describe('headers that cannot be', () => {
  test.each([
    ['no rows', { '00280010 US': [0] }],
    ['12 bits allocated', { '00280100 US': [12] }],
    ['more bits stored than allocated', { '00280101 US': [17] }],
    ['4 samples a pixel', { '00280002 US': [4] }],
    ['a pixel representation of 2', { '00280103 US': [2] }],
    ['no photometric interpretation', { '00280004 CS': '' }],
  ] as [string, Elements][])('%s is an invalid header', async (_, more) => {
    await expect(readHeader(file(more))).rejects.toMatchObject({ code: 'invalid-header' })
  })

  test('a report, which has no pixels, is named as such', async () => {
    await expect(readHeader(buildDicom({ '00080060 CS': 'SR' }))).rejects.toMatchObject({ code: 'no-pixels' })
    const report = { '00080016 UI': '1.2.840.10008.5.1.4.1.1.88.33', '00080060 CS': 'SR' }
    await expect(readHeader(buildDicom(report))).rejects.toMatchObject({
      code: 'no-pixels',
      message: expect.stringContaining('an object of SOP Class 1.2.840.10008.5.1.4.1.1.88.33'),
      details: { sopClassUid: '1.2.840.10008.5.1.4.1.1.88.33', modality: 'SR' },
    })
    await expect(readHeader(buildDicom(imageElements(2, 2)))).rejects.toMatchObject({ code: 'no-pixels' })
  })

  test.each([
    ['7FE00008 OF', 'Float Pixel Data'],
    ['7FE00009 OD', 'Double Float Pixel Data'],
  ])('%s, as of a parametric map, is refused as what it is, however large', async (key, name) => {
    const bytes = buildDicom(imageElements(2, 2, { [key]: new Uint8Array(9 * 2 ** 20) }))
    const refusal = await readHeader(bytes).catch((error) => error)
    expect(refusal).toMatchObject({ code: 'unsupported' })
    expect(refusal.message).toContain(`received ${name}`)
  })

  test('an unknown transfer syntax is named', async () => {
    const bytes = file({}, { transferSyntaxUid: '1.2.840.10008.1.2.4.100' })
    await expect(readHeader(bytes)).rejects.toThrow('1.2.840.10008.1.2.4.100')
  })

  test('anything but a path or bytes is an invalid argument', async () => {
    await expect(readDicom(42 as unknown as string)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('caps', () => {
  const limit = { code: 'limit', name: 'DicomError' }

  test('a frame of more than 64 Mi samples', async () => {
    const more = { '00280010 US': [65_535], '00280011 US': [65_535] }
    await expect(readHeader(file(more))).rejects.toMatchObject(limit)
  })

  test('more than 65,536 frames', async () => {
    await expect(readHeader(file({ '00280008 IS': '65537' }))).rejects.toMatchObject(limit)
  })

  test('sequences more than 32 deep', async () => {
    const nest = (depth: number): Elements =>
      depth === 0 ? { '00080100 SH': 'end' } : { '00081140 SQ': [nest(depth - 1)] }
    expect((await readHeader(file(nest(31)))).rows).toBe(2)
    await expect(readHeader(file(nest(40)))).rejects.toMatchObject(limit)
  })

  test('sequences nested until a stack would overflow are an error, in every encoding', async () => {
    const bomb = (explicit: boolean) => {
      const level = explicit
        ? [8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]
        : [8, 0, 0x40, 0x11, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]
      return Uint8Array.from({ length: level.length * 50_000 }, (_, at) => level[at % level.length]!)
    }
    for (const [transferSyntaxUid, explicit] of [
      ['1.2.840.10008.1.2', false],
      ['1.2.840.10008.1.2.1', true],
    ] as const) {
      const start = buildDicom({}, { transferSyntaxUid })
      await expect(readHeader(concat([start, bomb(explicit)]))).rejects.toMatchObject({ name: 'DicomError' })
    }
  })

  test('more than 100,000 elements', async () => {
    const tag = [8, 0, 0, 1, 0x53, 0x48, 0, 0]
    const many = Uint8Array.from({ length: tag.length * 100_001 }, (_, at) => tag[at % tag.length]!)
    await expect(readHeader(concat([buildDicom({}), many]))).rejects.toMatchObject(limit)
  })

  test('more than 100,000 items, empty ones too', async () => {
    const items = (count: number) => Array.from({ length: count }, () => ({}))
    expect((await readHeader(file({ '00081140 SQ': items(100_000) }))).elements.items('00081140').length).toBe(100_000)
    await expect(readHeader(file({ '00081140 SQ': items(100_001) }))).rejects.toMatchObject(limit)
  })

  test('more than 8 MB before Pixel Data', async () => {
    const more = { '00090010 LO': 'TEST', '00091001 OB': new Uint8Array(9 * 2 ** 20) }
    await expect(readHeader(file(more))).rejects.toMatchObject(limit)
  })

  test('more than 8 MB before Pixel Data that are deflated to a few', async () => {
    const more = { '00090010 LO': 'TEST', '00091001 OB': new Uint8Array(9 * 2 ** 20) }
    const deflated = file(more, { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    expect(deflated.length).toBeLessThan(50_000)
    await expect(readHeader(deflated)).rejects.toMatchObject(limit)
  })

  test('a deflate bomb of more than 512 MB stops at the cap', async () => {
    const bomb = zlib.deflateRawSync(new Uint8Array(600 * 2 ** 20), { level: 1 })
    const start = buildDicom({}, { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    const meta = start.subarray(0, 132 + 8 + 22)
    await expect(readHeader(concat([meta, bomb]))).rejects.toMatchObject(limit)
  })
})
