/**
 * Decoding a mammogram of each transfer syntax from a file on disk: dicom-io against pydicom with its fastest plugins, dicomsdl,
 * daikon and dcmjs-codecs. `npm run bench -- dicom-decode [SYNTAX ...]`, under `taskset -c 0` for one core.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDicom } from '@mammokit/dicom-io'
import daikon from 'daikon'
import dcmjsCodecs from 'dcmjs-codecs'
import type { Benchmark, Contender, MissingPeer } from './benchmark.ts'
import {
  bitsStored,
  columns,
  contextFor,
  encodeFrame,
  type FrameCodec,
  makePixels,
  rows,
  writeFile,
} from './mammogram-file.ts'
import { startPythonPeer } from './python-peer.ts'

interface Syntax {
  readonly name: string
  readonly uid: string
  readonly codec?: FrameCodec
  readonly resolutionLevel?: number
}

const syntaxes: readonly Syntax[] = [
  { name: 'explicit', uid: '1.2.840.10008.1.2.1' },
  { name: 'rle', uid: '1.2.840.10008.1.2.5', codec: 'Rle' },
  { name: 'jpeg-lossless', uid: '1.2.840.10008.1.2.4.70', codec: 'Jpeg' },
  { name: 'jpeg-ls', uid: '1.2.840.10008.1.2.4.80', codec: 'JpegLs' },
  { name: 'htj2k', uid: '1.2.840.10008.1.2.4.201', codec: 'HtJpeg2000' },
  { name: 'jpeg-2000', uid: '1.2.840.10008.1.2.4.90', codec: 'Jpeg2000' },
  { name: 'jpeg-2000-level-1', uid: '1.2.840.10008.1.2.4.90', codec: 'Jpeg2000', resolutionLevel: 1 },
]

/** One benchmark for each of the syntaxes named, or for all. */
export async function dicomDecodeBenchmarks(names: readonly string[]): Promise<readonly Benchmark[]> {
  const chosen = syntaxes.filter(({ name }) => names.length === 0 || names.includes(name))
  const folder = mkdtempSync(join(tmpdir(), 'dicom-decode-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const pixels = makePixels()
  return Promise.all(chosen.map((syntax) => createBenchmark(syntax, pixels, folder)))
}

async function createBenchmark(
  { name, uid, codec, resolutionLevel = 0 }: Syntax,
  pixels: Uint16Array,
  folder: string,
): Promise<Benchmark> {
  const frame = codec === undefined ? new Uint8Array(pixels.buffer) : await encodeFrame(pixels, codec)
  const path = join(folder, `${name}.dcm`)
  writeFileSync(path, writeFile(uid, frame, codec !== undefined))
  const python = (peer: string) => () => startPythonPeer(peer, 'dicom_decode.py', [peer, path])
  const ratio = ((pixels.byteLength / frame.length) as number).toFixed(1)
  return {
    name: `dicom-decode ${name}`,
    shape: `${columns} x ${rows} pixels of ${bitsStored} bits, ${ratio} : 1${resolutionLevel ? `; peers decode in full` : ''}`,
    rounds: 5,
    ours: async () =>
      contender('mammokit', async () => {
        const image = await readDicom(path)
        await image.decodeFrame(0, { resolutionLevel })
      }),
    peers: [
      python('pydicom-gdcm'),
      python('pydicom-pylibjpeg'),
      python('dicomsdl'),
      () => attempt('daikon', () => decodeWithDaikon(path, pixels)),
      () => attempt('dcmjs-codecs', () => decodeWithDcmjs(frame, codec)),
    ],
  }
}

function contender(name: string, decode: () => Promise<void>): Contender {
  return {
    name,
    round: async () => {
      const start = performance.now()
      await decode()
      return (performance.now() - start) / 1000
    },
    close: async () => undefined,
  }
}

/** A peer that throws on this syntax is left out, with its reason. */
async function attempt(name: string, decode: () => Promise<void>): Promise<Contender | MissingPeer> {
  try {
    await decode()
    return contender(name, decode)
  } catch (error) {
    return { name, reason: String(error).slice(0, 100) }
  }
}

async function decodeWithDaikon(path: string, expected: Uint16Array): Promise<void> {
  const file = readFileSync(path)
  const view = new DataView(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength))
  const image = daikon.Series.parseImage(view)
  image.decompress()
  const bytes = image.getPixelDataBytes()
  if (bytes?.byteLength !== expected.byteLength) throw new Error('it gives another number of samples')
}

async function decodeWithDcmjs(frame: Uint8Array, codec: FrameCodec | undefined): Promise<void> {
  if (codec === undefined) throw new Error('there is nothing to decode')
  dcmjsCodecs.NativeCodecs[`decode${codec}`](contextFor({ encodedBuffer: frame })).getDecodedBuffer()
}
