/** JPEG 2000 (.90, .91) by OpenJPEG compiled to WebAssembly, at full or at a reduced resolution. */
import type { J2KDecoder, OpenJpeg } from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import { DicomError } from '../dicom-error.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec, DecodedFrame } from './codec.ts'
import { readJpeg2000Size } from './jpeg-2000-size.ts'

let loaded: Promise<OpenJpeg> | undefined
let messages: string[] = []

/** A new decoder for each frame: one that is used again keeps the last image's pixels when it fails. */
export const decodeJpeg2000: Codec = async (bytes, header, resolutionLevel) => {
  const size = readJpeg2000Size(bytes)
  checkCodestream(size, header)
  if (size.precision > 16) {
    throw new DicomError(
      'unsupported',
      `Expected at most 16 bits a sample of JPEG 2000 but received ${size.precision}.`,
    )
  }
  loaded ??= load()
  const openJpeg = await loaded
  messages = []
  let decoder: J2KDecoder | undefined
  try {
    decoder = new openJpeg.J2KDecoder()
    return decodeWith(decoder, bytes, size, resolutionLevel)
  } catch (cause) {
    if (cause instanceof DicomError) throw cause
    loaded = undefined // After a trap the heap of the instance is not to be trusted.
    throw new DicomError(
      'invalid-codestream',
      `Expected a JPEG 2000 codestream but OpenJPEG stopped: ${String(cause)}.`,
      { cause },
    )
  } finally {
    if (loaded !== undefined) decoder?.delete()
  }
}

function decodeWith(
  decoder: J2KDecoder,
  bytes: Uint8Array,
  size: ReturnType<typeof readJpeg2000Size>,
  resolutionLevel: number,
): DecodedFrame {
  decoder.getEncodedBuffer(bytes.length).set(bytes)
  if (resolutionLevel === 0) decoder.decode()
  else decoder.decodeSubResolution(resolutionLevel, 0)
  const info = decoder.getFrameInfo()
  const { width, height } = resolutionLevel === 0 ? info : decoder.calculateSizeAtDecompositionLevel(resolutionLevel)
  const heap = decoder.getDecodedBuffer()
  const count = width * height * size.components
  const bytesPerSample = size.precision > 8 ? 2 : 1
  if (info.width !== size.width || info.height !== size.height || heap.length !== count * bytesPerSample) {
    throw new DicomError(
      'invalid-codestream',
      `Expected a JPEG 2000 codestream but OpenJPEG could not decode it: ${messages.join(' ').trim() || 'no reason given'}.`,
    )
  }
  const copy = heap.slice()
  return {
    samples: bytesPerSample === 1 ? copy : new Uint16Array(copy.buffer, 0, count),
    width,
    height,
    components: size.components,
    precision: size.precision,
    signed: size.signed,
    resolutionLevel,
    isRgb: size.components === 3,
  }
}

async function load(): Promise<OpenJpeg> {
  const { default: createOpenJpeg } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs')
  const collect = (text: string) => {
    messages.push(text)
  }
  return createOpenJpeg({ print: collect, printErr: collect })
}
