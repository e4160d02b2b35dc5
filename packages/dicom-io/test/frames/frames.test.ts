import { describe, expect, test } from 'vitest'
import { readDicom } from '../../src/index.ts'
import { buildDicom, concat, type Elements, imageElements, samplesToBytes } from '../build-dicom.ts'
import { encodeRle } from '../encode-frames.ts'
import { encodeJpegLossless } from '../encode-jpeg-lossless.ts'

const width = 7
const height = 5
const frames = [0, 1, 2].map((frame) => Uint16Array.from({ length: width * height }, (_, at) => at * 31 + frame * 1000))
const codestreams = frames.map((samples) => encodeJpegLossless(samples, { width, height, precision: 12, predictor: 1 }))
const lossless = '1.2.840.10008.1.2.4.70'

function elements(count: number, more: Elements = {}): Elements {
  return imageElements(height, width, { '00280008 IS': `${count}`, '00280101 US': [12], '00280102 US': [11], ...more })
}

/** Cuts a codestream in pieces of an even number of bytes. */
function pieces(codestream: Uint8Array, count: number): Uint8Array[] {
  const size = Math.ceil(codestream.length / count / 2) * 2
  return Array.from({ length: count }, (_, index) => codestream.subarray(index * size, (index + 1) * size))
}

/** Offsets of each frame's first item from the first item, for frames of these fragments. */
function offsets(groups: readonly (readonly Uint8Array[])[]): number[] {
  let offset = 0
  return groups.map((group) => {
    const start = offset
    offset += group.reduce((sum, fragment) => sum + 8 + fragment.length + (fragment.length % 2), 0)
    return start
  })
}

async function decodeAll(bytes: Uint8Array): Promise<unknown[]> {
  const image = await readDicom(bytes)
  return Promise.all(
    Array.from({ length: image.header.numberOfFrames }, async (_, at) => (await image.decodeFrame(at)).data),
  )
}

describe('encapsulated frames', () => {
  test('one frame in one, two and many fragments', async () => {
    for (const count of [1, 2, 9]) {
      const file = buildDicom(elements(1), { transferSyntaxUid: lossless, pixelData: pieces(codestreams[0]!, count) })
      expect(await decodeAll(file)).toEqual([frames[0]])
    }
  })

  test('a fragment each, with and without an offset table', async () => {
    const groups = codestreams.map((codestream) => [codestream])
    for (const offsetTable of [[], offsets(groups)]) {
      const file = buildDicom(elements(3), { transferSyntaxUid: lossless, pixelData: groups.flat(), offsetTable })
      expect(await decodeAll(file)).toEqual(frames)
    }
  })

  test('several fragments each, with and without an offset table', async () => {
    const groups = codestreams.map((codestream, index) => pieces(codestream, index + 1))
    for (const offsetTable of [[], offsets(groups)]) {
      const file = buildDicom(elements(3), { transferSyntaxUid: lossless, pixelData: groups.flat(), offsetTable })
      expect(await decodeAll(file)).toEqual(frames)
    }
  })

  test('an Extended Offset Table (7FE0,0001), which dicom-parser cannot step over', async () => {
    const groups = codestreams.map((codestream, index) => pieces(codestream, index + 1))
    const table = new Uint8Array(BigUint64Array.from(offsets(groups), BigInt).buffer)
    const sizes = groups.map((group) => group.reduce((sum, fragment) => sum + fragment.length, 0))
    const lengths = new Uint8Array(BigUint64Array.from(sizes, BigInt).buffer)
    const more = { '7FE00001 OV': table, '7FE00002 OV': lengths }
    const file = buildDicom(elements(3, more), { transferSyntaxUid: lossless, pixelData: groups.flat() })
    expect(await decodeAll(file)).toEqual(frames)
  })

  test('RLE frames in several fragments with an offset table', async () => {
    const groups = frames.map((samples) => pieces(encodeRle(samples), 2))
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.5', pixelData: groups.flat(), offsetTable: offsets(groups) }
    expect(await decodeAll(buildDicom(elements(3), options))).toEqual(frames)
  })

  test('a Basic Offset Table that counts without the headers of items, or from its own item, or from the file', async () => {
    const groups = frames.map((samples, index) => pieces(encodeRle(samples), index + 2))
    const items = (offset: number) => offsets(groups).map((one) => one + offset)
    const plain = groups.map((_, at) =>
      groups
        .slice(0, at)
        .flat()
        .reduce((sum, part) => sum + part.length, 0),
    )
    const transferSyntaxUid = '1.2.840.10008.1.2.5'
    const start = buildDicom(elements(3), { transferSyntaxUid }).length + 12 + 8 + 12
    for (const offsetTable of [plain, items(8 + 12), items(start)]) {
      const file = buildDicom(elements(3), { transferSyntaxUid, pixelData: groups.flat(), offsetTable })
      expect(await decodeAll(file)).toEqual(frames)
    }
  })

  test('a fragment each, whatever the offset table says', async () => {
    for (const offsetTable of [[0, 2, 4], [7], [0, 0, 0], [8, 9, 1e6]]) {
      const file = buildDicom(elements(3), { transferSyntaxUid: lossless, pixelData: codestreams, offsetTable })
      expect(await decodeAll(file)).toEqual(frames)
    }
  })

  test('what lies behind pixels with such a table is found', async () => {
    const groups = codestreams.map((codestream) => pieces(codestream, 2))
    const options = { transferSyntaxUid: lossless, pixelData: groups.flat(), offsetTable: [0, 2, 4] }
    const file = buildDicom(elements(3), { ...options, trailingElements: { 'FFFCFFFC OB': new Uint8Array(4) } })
    expect((await readDicom(file)).header.elements.tags).toContain('FFFCFFFC')
  })

  test('a sequence delimiter that is missing at the very end of the file is forgiven', async () => {
    const file = buildDicom(elements(1), { transferSyntaxUid: lossless, pixelData: [codestreams[0]!] })
    expect(await decodeAll(file.subarray(0, file.length - 8))).toEqual([frames[0]])
  })

  test.each([
    ['fewer frames than promised', elements(4), codestreams.map((c) => c), [], 'invalid-header'],
    ['an offset that points nowhere', elements(2), codestreams, [0, 2], 'invalid-header'],
    [
      'a first frame behind the first fragment',
      elements(1 + 1),
      codestreams,
      offsets(codestreams.map((c) => [c])).slice(1),
      'invalid-header',
    ],
    ['no fragment at all', elements(1), [], [], 'truncated'],
  ] as const)('%s is an error', async (_, header, pixelData, offsetTable, code) => {
    const file = buildDicom(header, { transferSyntaxUid: lossless, pixelData, offsetTable })
    await expect(decodeAll(file)).rejects.toMatchObject({ code })
  })

  test('a fragment longer than the file, and another tag among the fragments, are errors', async () => {
    const file = buildDicom(elements(1), { transferSyntaxUid: lossless, pixelData: [codestreams[0]!] })
    await expect(decodeAll(file.subarray(0, file.length - 20))).rejects.toMatchObject({ code: 'truncated' })
    const strange = file.slice()
    strange[strange.length - 8] = 0x10
    await expect(decodeAll(strange)).rejects.toMatchObject({ code: 'invalid-header' })
  })

  test('several images where the header says one frame are a mismatch', async () => {
    const file = buildDicom(elements(1), { transferSyntaxUid: lossless, pixelData: codestreams })
    await expect(decodeAll(file)).rejects.toMatchObject({ code: 'mismatch' })
  })

  test('native pixels where encapsulated ones are promised, and the reverse, are errors', async () => {
    const native = buildDicom(elements(1), { transferSyntaxUid: lossless, pixelData: new Uint8Array(70) })
    await expect(readDicom(native)).rejects.toMatchObject({ code: 'invalid-header' })
    const encapsulated = buildDicom(elements(1), { pixelData: [codestreams[0]!] })
    await expect(readDicom(encapsulated)).rejects.toMatchObject({ code: 'invalid-header' })
  })
})

describe('native frames', () => {
  test.each([
    ['Columns', { '00280011 US': [width - 2] }],
    ['Rows', { '00280010 US': [height - 2] }],
    ['Number of Frames', { '00280008 IS': '2' }],
    ['Bits Allocated', { '00280100 US': [8], '00280101 US': [8], '00280102 US': [7] }],
  ])('that are longer than %s says are a mismatch', async (_, wrong) => {
    const pixelData = samplesToBytes(frames.flatMap((frame) => [...frame]))
    expect(await decodeAll(buildDicom(elements(3), { pixelData }))).toEqual(frames)
    const file = buildDicom(elements(3, wrong as Elements), { pixelData })
    await expect(decodeAll(file)).rejects.toMatchObject({ code: 'mismatch' })
  })

  test('that are padded by no more than a row are read', async () => {
    const pixelData = concat([samplesToBytes(frames[0]!), new Uint8Array(2 * width)])
    expect(await decodeAll(buildDicom(elements(1), { pixelData }))).toEqual([frames[0]])
  })

  test('each of several frames', async () => {
    const pixelData = concat(frames.map((samples) => samplesToBytes(samples)))
    expect(await decodeAll(buildDicom(elements(3), { pixelData }))).toEqual(frames)
  })

  const bitHeader = { '00280100 US': [1], '00280101 US': [1], '00280102 US': [0], '00280008 IS': '2' }
  const bits = Array.from({ length: 70 }, (_, at) => (at % 3 === 0 ? 1 : 0))
  const packed = new Uint8Array(10)
  bits.forEach((bit, at) => {
    packed[at >> 3]! |= bit << (at & 7)
  })

  test('frames of single bits that begin within a byte, in both byte orders', async () => {
    const expected = [Uint8Array.from(bits.slice(0, 35)), Uint8Array.from(bits.slice(35))]
    const options = { pixelData: packed, pixelDataVr: 'OB' } as const
    expect(await decodeAll(buildDicom(elements(2, bitHeader), options))).toEqual(expected)
    const swapped = packed.map((_, at) => packed[at ^ 1]!)
    const big = { pixelData: swapped, pixelDataVr: 'OW', transferSyntaxUid: '1.2.840.10008.1.2.2' } as const
    expect(await decodeAll(buildDicom(elements(2, bitHeader), big))).toEqual(expected)
  })

  test('32-bit samples, signed and not', async () => {
    const values = [0, 1, 2 ** 31, 2 ** 32 - 1]
    const pixelData = new Uint8Array(Uint32Array.from(values).buffer)
    const header = (sign: number) =>
      imageElements(2, 2, { '00280100 US': [32], '00280101 US': [32], '00280102 US': [31], '00280103 US': [sign] })
    expect(await decodeAll(buildDicom(header(0), { pixelData }))).toEqual([Uint32Array.from(values)])
    expect(await decodeAll(buildDicom(header(1), { pixelData }))).toEqual([Int32Array.from([0, 1, -(2 ** 31), -1])])
  })
})
