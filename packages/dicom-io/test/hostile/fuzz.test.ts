/**
 * Coverage-guided fuzzing of our own decoders: an input that reaches code which none before it reached is kept, and damaged
 * further. `FUZZ_SECONDS=3600 npm run fuzz` goes on for an hour with each decoder, `npm run nightly` for a minute;
 * `MAMMOKIT_TEST_SEED` draws other inputs. An input that never returns lies in `lastInput`.
 */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkProgressive } from '../../src/codecs/jpeg/check-progressive.ts'
import { checkSequential } from '../../src/codecs/jpeg/check-sequential.ts'
import { decodeJpegLossless } from '../../src/codecs/jpeg/decode-lossless.ts'
import { decodeJpeg2000 } from '../../src/codecs/jpeg-2000.ts'
import { readJpegXlHeader } from '../../src/codecs/jpeg-xl/image-header.ts'
import { decodeRle } from '../../src/codecs/rle.ts'
import { DicomError, findIdentifiers, readDicom, toPresentation } from '../../src/index.ts'
import { encodeJpeg2000, encodeJpegBaseline, encodeJpegExtended, encodeRle } from '../encode-frames.ts'
import { encodeJpegLossless } from '../encode-jpeg-lossless.ts'
import { random } from '../random.ts'
import { readRecordedFrames } from '../recorded-frames.ts'
import { createSampleFiles } from '../sample-files.ts'
import { isNightly, seed } from './amount.ts'
import { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'

const lastInput = join(tmpdir(), 'dicom-io-fuzz-input')
const seconds = Number(process.env.FUZZ_SECONDS ?? (isNightly ? 60 : 0))
const width = 24
const height = 16
const samples = Uint16Array.from({ length: width * height }, (_, at) => (at * 37 + (at % 5) * 300) & 4095)
const shape = { rows: height, columns: width, samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 12 }

interface Target {
  readonly name: string
  /** Sources whose coverage counts. */
  readonly sources: RegExp
  readonly run: (input: Uint8Array) => Promise<unknown>
  readonly seeds: () => Promise<Uint8Array[]>
}

const targets: readonly Target[] = [
  {
    name: 'JPEG Lossless',
    sources: /src\/codecs\//,
    run: async (input) => decodeJpegLossless(input),
    seeds: async () =>
      [1, 2, 4, 5, 6, 7].map((predictor) =>
        encodeJpegLossless(samples, { width, height, precision: 12, predictor, restartRows: predictor & 2 }),
      ),
  },
  {
    name: 'sequential JPEG',
    sources: /src\/codecs\/jpeg\//,
    run: async (input) => checkSequential(input),
    seeds: async () => [
      encodeJpegExtended([0, 4095, 2048, 17, 3000, 1], 3, 2),
      await encodeJpegBaseline(Uint8Array.from(samples), { width: 16, height: 8, bits: 8, components: 3 }, true),
    ],
  },
  {
    name: 'progressive JPEG',
    sources: /src\/codecs\/jpeg\//,
    run: async (input) => checkProgressive(input),
    seeds: async () => recordedFrames(/\.5[35]$/),
  },
  {
    name: 'headers of JPEG XL',
    sources: /src\/codecs\/jpeg-xl\//,
    run: async (input) => readJpegXlHeader(input),
    seeds: async () => recordedFrames(/\.11\d$/),
  },
  {
    name: 'RLE',
    sources: /src\/codecs\//,
    run: (input) => decodeRle(input, { ...shape, photometricInterpretation: 'MONOCHROME2' }, 0),
    seeds: async () => [encodeRle(samples)],
  },
  {
    name: 'JPEG 2000',
    sources: /src\/codecs\/jpeg-2000/,
    run: (input) => decodeJpeg2000(input, { ...shape, photometricInterpretation: 'MONOCHROME2' }, 0),
    seeds: async () => [await encodeJpeg2000(samples, { width, height, bits: 12 })],
  },
  {
    name: 'headers, fragments and native pixels',
    sources: /dicom-io\/src\/|dicomParser|daikon/,
    run: async (input) => {
      const { header, decodeFrame } = await readDicom(input)
      findIdentifiers(header)
      const frame = await decodeFrame(0, { timeoutMs: Number.POSITIVE_INFINITY })
      if (frame.channels === 1) toPresentation(frame, header, { bits: 8 })
    },
    seeds: async () => {
      const files = await createSampleFiles()
      const ours = files.filter(({ name }) => !/2000|JPEG-LS|baseline|extended|HTJ2K/.test(name))
      return ours.map(({ bytes }) => bytes)
    },
  },
]

test.for(targets)(
  `$name: inputs that reach new code give pixels or an error of ours, seed ${seed}`,
  async ({ sources, run, seeds }, { annotate }) => {
    const corpus = await seeds()
    const seedCount = corpus.length
    const next = random(seed)
    const coverage = new Coverage(sources)
    coverage.start()
    let count = 0
    try {
      const end = Date.now() + seconds * 1000
      for (; seconds > 0 ? Date.now() < end : count < 100; count++) {
        // Half of the time one of the newest, which are the least explored.
        const from = next(2) === 0 ? Math.max(0, corpus.length - 20) : 0
        const input = mutate(corpus[from + next(corpus.length - from)]!, corpus, next)
        writeFileSync(lastInput, input)
        const error = await run(input).then(
          () => undefined,
          (error) => error,
        )
        if (error !== undefined) expect(error, Buffer.from(input).toString('base64')).toBeInstanceOf(DicomError)
        if (coverage.takeNews() > 0) corpus.push(input)
      }
    } finally {
      coverage.stop()
    }
    expect(corpus.length).toBeGreaterThan(seedCount)
    await annotate(`${count} inputs, of which ${corpus.length - seedCount} reached new code`)
  },
  (seconds + 300) * 1000,
)

function recordedFrames(uid: RegExp): Uint8Array[] {
  return readRecordedFrames().flatMap(({ transferSyntaxUid, frame }) => (uid.test(transferSyntaxUid) ? [frame] : []))
}
