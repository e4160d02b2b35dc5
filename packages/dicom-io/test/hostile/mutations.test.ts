/**
 * Mutations of compressed files: bits, bytes, headers and lengths. `MUTATIONS=10000 npm run mutations` tries as many, as
 * `npm run nightly` does; `MAMMOKIT_TEST_SEED` draws others. An input that never returns lies in `lastInput`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DicomError, readDicom } from '../../src/index.ts'
import { concat } from '../build-dicom.ts'
import { random } from '../random.ts'
import { createSampleFiles, type SampleFile } from '../sample-files.ts'
import { isNightly, seed } from './amount.ts'
import { mutate } from './mutate.ts'

const count = Number(process.env.MUTATIONS ?? (isNightly ? 10_000 : 60))
const lastInput = join(tmpdir(), 'dicom-io-mutation')
const testData = `${process.env.MAMMOKIT_TEST_DATA}/`
const realFiles = [
  'dicom/cornerstone_ctimage/CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm',
  'dicom/cornerstone_ctimage/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm',
  'faults/dicom/09_encapsulated_uncompressed.dcm',
  'faults/dicom/10_deflated_frame.dcm',
  'faults/dicom/11_jpegxl_lossless.dcm',
]

/** Files of the syntaxes whose decoders are not ours, or read frames as they lie. */
async function readSeeds(): Promise<SampleFile[]> {
  const ours = (await createSampleFiles()).filter(({ name }) =>
    /XL|\.5[35]|Part 2|encapsulated|deflated frame/.test(name),
  )
  const real = realFiles.filter((name) => existsSync(testData + name))
  return [...ours, ...real.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(testData + name)) }))]
}

/** A mutation of the header, a shorter file, or mostly a first fragment whose first bytes or any bytes are other ones. */
function mutateFile(bytes: Uint8Array, others: readonly Uint8Array[], next: (below: number) => number): Uint8Array {
  const { start, end } = firstFragment(bytes)
  const kind = next(8)
  if (kind === 0) return concat([mutate(bytes.subarray(0, start), others, next), bytes.subarray(start)])
  if (kind === 1) return bytes.slice(0, start + next(bytes.length - start))
  const middle = kind <= 4 ? Math.min(start + 150, end) : end
  const mutated = concat([mutate(bytes.subarray(start, middle), others, next), bytes.subarray(middle, end)])
  const fragment = mutated.length % 2 === 0 ? mutated : concat([mutated, new Uint8Array(1)])
  const length = new Uint8Array(Uint32Array.of(fragment.length).buffer)
  return concat([bytes.subarray(0, start - 4), length, fragment, bytes.subarray(end)])
}

/** Behind the tag of Pixel Data come its length and the item of an offset table. */
function firstFragment(bytes: Uint8Array): { readonly start: number; readonly end: number } {
  const view = new DataView(bytes.buffer)
  let at = bytes.length - 8
  while (view.getUint32(at) !== 0xe07f_1000) at -= 1
  const item = at + 20 + view.getUint32(at + 16, true)
  return { start: item + 8, end: item + 8 + view.getUint32(item + 4, true) }
}

test(`${count} mutations give pixels or an error of ours within ten seconds and a gibibyte, seed ${seed}`, async ({
  annotate,
}) => {
  const seeds = await readSeeds()
  const endings = new Map<string, number>()
  const before = process.memoryUsage().rss
  let [slowest, largest] = [0, 0]
  for (let index = 0; index < count; index++) {
    const next = random(seed + index)
    const { name, bytes } = seeds[index % seeds.length]!
    const input = mutateFile(bytes, [bytes, seeds[next(seeds.length)]!.bytes], next)
    writeFileSync(lastInput, input)
    const begun = performance.now()
    const ending = await decode(input)
    slowest = Math.max(slowest, performance.now() - begun)
    largest = Math.max(largest, process.memoryUsage().rss - before)
    expect(ending, `seed ${seed + index}, ${name}`).not.toBeInstanceOf(Error)
    endings.set(`${ending}`, (endings.get(`${ending}`) ?? 0) + 1)
  }
  const summary = JSON.stringify(Object.fromEntries(endings))
  await annotate(`${summary}, ${slowest.toFixed(0)} ms, ${largest >> 20} MiB`)
  // Besides the ten seconds of a decoder a busy machine needs some to end it.
  expect(slowest).toBeLessThan(15_000)
  expect(largest).toBeLessThan(1.25 * 2 ** 30)
}, 36_000_000)

/** How it ended, or an error that is not ours. */
async function decode(input: Uint8Array): Promise<string | Error> {
  try {
    const image = await readDicom(input)
    const { data, width, height, channels } = await image.decodeFrame()
    return data.length === width * height * channels ? 'pixels' : new Error('another number of samples')
  } catch (error) {
    return error instanceof DicomError ? error.code : (error as Error)
  }
}
