/**
 * One decoder of the `dicom-decode` benchmark that runs in Node, in a process of its own so that no heap disturbs another.
 *
 * usage: node decode-file.js BITS DECODER FILE [LEVEL]      prints `ready`, then seconds for each line read; with `memory` for DECODER
 *        the MB that the process grew by at most, file and decoder included, when it had decoded once
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readDicom } from '@mammokit/dicom-io'
import daikon from 'daikon'
import dcmjsCodecs from 'dcmjs-codecs'
import { columns, contextFor, type FrameCodec, rows } from './mammogram-file.ts'

const [bits = '', decoder = '', path = '', level = '0'] = process.argv.slice(2)

const decoders: Record<string, () => Promise<void>> = {
  mammokit: async () => {
    const image = await readDicom(path)
    await image.decodeFrame(0, { resolutionLevel: Number(level) })
  },
  daikon: async () => {
    const file = readFileSync(path)
    const view = new DataView(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength))
    const image = daikon.Series.parseImage(view)
    image.decompress()
    const bytesPerSample = Number(bits) > 8 ? 2 : 1
    if (image.getPixelDataBytes()?.byteLength !== rows * columns * bytesPerSample)
      throw new Error('another number of samples')
  },
}

/** dcmjs-codecs gets the codestream alone, from a file of its own, and the name of its codec. */
const codestreamDecoder = async () => {
  const encodedBuffer = Uint8Array.from(readFileSync(path))
  const codec = decoder as FrameCodec
  dcmjsCodecs.NativeCodecs[`decode${codec}`](contextFor(Number(bits), { encodedBuffer })).getDecodedBuffer()
}

async function printMemory(decode: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage.rss()
  await decode()
  console.log(((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20).toFixed(0))
  process.exit()
}

try {
  if (decoder === 'memory') await printMemory(decoders.mammokit)
  const decode = decoders[decoder] ?? codestreamDecoder
  if (decode === codestreamDecoder) await dcmjsCodecs.NativeCodecs.initializeAsync({})
  await decode()
  console.log('ready')
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now()
    await decode()
    console.log((performance.now() - start) / 1000)
  }
} catch (error) {
  console.log(String(error).slice(0, 100))
}
