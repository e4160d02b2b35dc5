/**
 * Decoding a mammogram of each transfer syntax from a file on disk: dicom-io against pydicom with its fastest plugins, dicomsdl,
 * daikon and dcmjs-codecs. `npm run bench -- dicom-decode [SYNTAX | BITS ...]`, under `taskset -c 0` for one core.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark, MissingPeer } from './benchmark.ts'
import { columns, encodeFrame, type FileFormat, makePixels, rows, writeFile } from './mammogram-file.ts'
import { startPeer, startPythonPeer } from './python-peer.ts'

interface Syntax extends Omit<FileFormat, 'bits'> {
  readonly name: string
  /** The only depth that the syntax has. */
  readonly bits?: number
  readonly resolutionLevel?: number
}

const syntaxes: readonly Syntax[] = [
  { name: 'explicit', uid: '1.2.840.10008.1.2.1' },
  { name: 'implicit', uid: '1.2.840.10008.1.2', implicit: true },
  { name: 'big-endian', uid: '1.2.840.10008.1.2.2', bigEndian: true },
  { name: 'deflated', uid: '1.2.840.10008.1.2.1.99', deflated: true },
  { name: 'rle', uid: '1.2.840.10008.1.2.5', codec: 'Rle' },
  { name: 'jpeg-baseline', uid: '1.2.840.10008.1.2.4.50', codec: 'Jpeg', lossy: true, bits: 8 },
  { name: 'jpeg-extended', uid: '1.2.840.10008.1.2.4.51', codec: 'Jpeg', lossy: true, bits: 12 },
  { name: 'jpeg-lossless', uid: '1.2.840.10008.1.2.4.70', codec: 'Jpeg' },
  { name: 'jpeg-ls', uid: '1.2.840.10008.1.2.4.80', codec: 'JpegLs' },
  { name: 'htj2k', uid: '1.2.840.10008.1.2.4.201', codec: 'HtJpeg2000' },
  { name: 'jpeg-2000', uid: '1.2.840.10008.1.2.4.90', codec: 'Jpeg2000' },
  { name: 'jpeg-2000-level-1', uid: '1.2.840.10008.1.2.4.90', codec: 'Jpeg2000', resolutionLevel: 1 },
]

/** A benchmark for each of the syntaxes named, or for all, at each of the depths named (12, 14, 16), or at 12 bits. */
export async function dicomDecodeBenchmarks(choices: readonly string[]): Promise<readonly Benchmark[]> {
  const depths = choices.map(Number).filter((bits) => bits > 0)
  const names = choices.filter((choice) => !(Number(choice) > 0))
  const folder = mkdtempSync(join(tmpdir(), 'dicom-decode-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const chosen = syntaxes.filter(({ name }) => names.length === 0 || names.includes(name))
  const benchmarks: Benchmark[] = []
  for (const depth of depths.length === 0 ? [12] : depths) {
    for (const syntax of chosen) {
      if (syntax.bits !== undefined && depth !== 12) continue
      const benchmark = await createBenchmark(syntax, depth, folder)
      if ('reason' in benchmark) console.log(`${benchmark.name}: left out, ${benchmark.reason}`)
      else benchmarks.push(benchmark)
    }
  }
  return benchmarks
}

async function createBenchmark(syntax: Syntax, depth: number, folder: string): Promise<Benchmark | MissingPeer> {
  const { name, codec, resolutionLevel = 0, bits = depth } = syntax
  const format: FileFormat = { ...syntax, bits }
  const pixels = makePixels(bits)
  const frame = await encodeFrame(pixels, format)
  if ('reason' in frame) return { name: `dicom-decode ${name}`, reason: `${frame.name}: ${frame.reason}` }
  const path = join(folder, `${name}-${bits}.dcm`)
  const file = writeFile(frame, format)
  writeFileSync(path, file)
  const codestreamPath = join(folder, `${name}-${bits}.codestream`)
  writeFileSync(codestreamPath, frame)
  const python = (peer: string) => () => startPythonPeer(peer, 'dicom_decode.py', [peer, path])
  const node = (peer: string, ...args: readonly string[]) =>
    startPeer(peer, process.execPath, [script, String(bits), ...args])
  const memory = execFileSync(process.execPath, [script, String(bits), 'memory', path, String(resolutionLevel)])
  const ratio = (pixels.byteLength / file.length).toFixed(1)
  const shape = `${columns} x ${rows} pixels of ${bits} bits, ${ratio} : 1, ${String(memory).trim()} MB for the first decode`
  return {
    name: `dicom-decode ${name}`,
    shape: resolutionLevel > 0 ? `${shape}; peers decode in full` : shape,
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
