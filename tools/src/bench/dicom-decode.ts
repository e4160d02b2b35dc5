/**
 * Decoding a mammogram of each transfer syntax from a file on disk: dicom-io against pydicom with its fastest plugins, dicomsdl,
 * daikon and dcmjs-codecs. `npm run bench -- dicom-decode [SYNTAX ...]`, under `taskset -c 0` for one core.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from './benchmark.ts'
import { bitsStored, columns, encodeFrame, type FrameCodec, makePixels, rows, writeFile } from './mammogram-file.ts'
import { startPeer, startPythonPeer } from './python-peer.ts'

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
  const ratio = (pixels.byteLength / frame.length).toFixed(1)
  const codestreamPath = join(folder, `${name}.codestream`)
  writeFileSync(codestreamPath, frame)
  const node = (peer: string, ...args: readonly string[]) => startPeer(peer, process.execPath, [script, ...args])
  return {
    name: `dicom-decode ${name}`,
    shape: `${columns} x ${rows} pixels of ${bitsStored} bits, ${ratio} : 1${resolutionLevel ? '; peers decode in full' : ''}`,
    rounds: 5,
    ours: async () => {
      const ours = await node('mammokit', 'mammokit', path, String(resolutionLevel))
      if ('round' in ours) return ours
      throw new Error(ours.reason)
    },
    peers: [
      python('pydicom-gdcm'),
      python('pydicom-pylibjpeg'),
      python('dicomsdl'),
      () => node('daikon', 'daikon', path),
      ...(codec === undefined ? [] : [() => node('dcmjs-codecs', codec, codestreamPath)]),
    ],
  }
}

const script = fileURLToPath(new URL('./decode-file.js', import.meta.url))
