/** Opens a DICOM file: its header at once, its frames when asked for. */

import type { FrameShape } from './codecs/codec.ts'
import { decodeHere } from './codecs/decode-task.ts'
import { decodeInThread } from './codecs/decoder-thread.ts'
import { readJpeg2000Size } from './codecs/jpeg-2000/codestream-size.ts'
import { describeValue } from './describe-value.ts'
import { DicomError, withPath } from './dicom-error.ts'
import { toRgb } from './frames/color.ts'
import { EncapsulatedFrames } from './frames/encapsulated-frames.ts'
import { areaOfRegion, cutFrame, type FrameRegion } from './frames/frame-region.ts'
import { checkNativeLength, nativeFrameBytes } from './frames/native-bytes.ts'
import { nativeSamples } from './frames/native-samples.ts'
import { type StoredFrame, toStoredFrame } from './frames/stored-frame.ts'
import { unwrapFrame } from './frames/unwrap-frame.ts'
import type { DicomHeader } from './header/dicom-header.ts'
import { DicomElements } from './header/elements.ts'
import { checkFrameIndex } from './header/frame-index.ts'
import { readHeaderValues } from './header/header-values.ts'
import { type DataSetStructure, readStructure } from './header/structure.ts'
import { type DicomBlob, openByteSource } from './open-byte-source.ts'
import type { TransferSyntax } from './transfer-syntax.ts'

/** Options of `decodeFrame`. */
export interface DecodeFrameOptions {
  /** JPEG 2000 and HTJ2K only: halve the sides this many times, 0 to the codestream's number of decompositions. @default 0 */
  readonly resolutionLevel?: number
  /**
   * Only this part of the frame, in pixels of the full resolution: at a level its pixels from floor(x / 2 ** level) to
   * ceil((x + width) / 2 ** level), with the values that they have in the whole frame. Of JPEG 2000 nothing else is decoded.
   */
  readonly region?: FrameRegion
  /**
   * How long the decoder of a compressed frame may take, 1000 or more milliseconds. It runs in a thread of its own, which is ended
   * then. With Infinity it runs in the calling thread, for callers that watch over their threads themselves. @default 10000
   */
  readonly timeoutMs?: number
}

/** A DICOM file that was read: its header, and its frames on demand. */
export interface DicomImage {
  readonly header: DicomHeader
  /**
   * Stored values of frame `index`, 0 by default.
   *
   * @throws {DicomError} where the frame is missing, damaged or of a kind that is not supported.
   */
  decodeFrame(index?: number, options?: DecodeFrameOptions): Promise<StoredFrame>
  /** The largest `resolutionLevel` that frame `index` has: its number of decompositions in JPEG 2000 and HTJ2K, else 0. */
  resolutionLevels(index?: number): Promise<number>
  /**
   * Looks whether the bytes of every frame are there, and decodes none: what a broken download lacks.
   *
   * @throws {DicomError} `truncated`, `mismatch`, `invalid-header` where Pixel Data is not what the header says
   */
  checkFrames(): Promise<void>
}

/**
 * Reads the header of a DICOM image, from a path (in Node), bytes or a Blob; pixels are read and decoded by `decodeFrame`.
 *
 * @throws {DicomError} for anything that is not a readable DICOM image.
 * @example
 * const image = await readDicom('mammogram.dcm')
 * const { data, width, height } = await image.decodeFrame()
 */
export async function readDicom(source: string | Uint8Array | DicomBlob): Promise<DicomImage> {
  const path = typeof source === 'string' ? source : undefined
  return withPath(path, async () => {
    const structure = await openByteSource(source, readStructure)
    const header = readHeaderValues(structure)
    const frames = openFrames(structure, header)
    return {
      header,
      decodeFrame: (index = 0, options = {}) => withPath(path, () => frames.decode(index, options)),
      resolutionLevels: (index = 0) => withPath(path, () => frames.levels(index)),
      checkFrames: () => withPath(path, frames.check),
    }
  })
}

/**
 * Reads the header of a DICOM image, and of a file only as much as that needs.
 *
 * @throws {DicomError} for anything that is not a readable DICOM image.
 */
export async function readHeader(source: string | Uint8Array | DicomBlob): Promise<DicomHeader> {
  return (await readDicom(source)).header
}

/**
 * Reads the elements of any DICOM file, with an image or without: a directory, a report. Pixel Data and what lies behind it is left out.
 *
 * @throws {DicomError} `not-dicom`, `invalid-header`, `limit`, `io` for anything that is no readable data set.
 * @example
 * (await readElements('DICOMDIR')).items('00041220').length // records of the directory
 */
export async function readElements(source: string | Uint8Array | DicomBlob): Promise<DicomElements> {
  const path = typeof source === 'string' ? source : undefined
  return withPath(path, async () => {
    const { meta, dataSet } = await openByteSource(source, readStructure)
    return new DicomElements([meta, dataSet])
  })
}

function openFrames(structure: DataSetStructure, header: DicomHeader) {
  const { transferSyntax, pixelData } = structure
  const place = pixelData!
  const { codec, encapsulated } = transferSyntax
  if (encapsulated !== (place.length === undefined)) {
    throw new DicomError(
      'invalid-header',
      `Expected ${encapsulated ? 'encapsulated' : 'native'} Pixel Data for ${transferSyntax.name} but received the opposite. The transfer syntax is wrong.`,
      { offset: place.offset },
    )
  }
  const frames = new EncapsulatedFrames(place, header.numberOfFrames, codec)
  return { decode, levels, check }

  async function decode(index: number, options: DecodeFrameOptions): Promise<StoredFrame> {
    const { resolutionLevel = 0, region: wanted, timeoutMs = 10_000 } = options
    checkFrameIndex(index, header.numberOfFrames)
    checkResolutionLevel(resolutionLevel, transferSyntax)
    checkTimeout(timeoutMs)
    const region = wanted && areaOfRegion(wanted, header, resolutionLevel)
    const cut = (frame: StoredFrame) => (region ? cutFrame(frame, region) : frame)
    if (codec === 'native' || codec === 'deflate') {
      const { bytes, skipBits } = encapsulated
        ? { bytes: unwrapFrame(await frames.read(index), codec, header), skipBits: 0 }
        : await nativeFrameBytes(place, header, index)
      const layout = { littleEndian: transferSyntax.littleEndian, skipBits }
      const samples = nativeSamples(bytes, header, layout)
      const { columns: width, rows: height, samplesPerPixel: components, bitsStored: precision } = header
      const frame = { samples, width, height, components, precision, resolutionLevel: 0 }
      return cut(toRgb(toStoredFrame(frame, header, false), header, undefined))
    }
    const isHere = timeoutMs === Number.POSITIVE_INFINITY
    const task = {
      codec,
      bytes: await (isHere ? frames.readShared(index) : frames.read(index)),
      shape: shapeOf(header),
      resolutionLevel,
      region,
    }
    const frame = await (isHere ? decodeHere(task) : decodeInThread(task, timeoutMs))
    const stored = toRgb(toStoredFrame(frame, header, codec !== 'rle'), header, frame.isRgb)
    return frame.isRegion ? stored : cut(stored)
  }

  async function levels(index: number): Promise<number> {
    checkFrameIndex(index, header.numberOfFrames)
    if (!hasLevels(transferSyntax)) return 0
    return readJpeg2000Size(await frames.readShared(index)).decompositions
  }

  async function check(): Promise<void> {
    if (encapsulated) await frames.locate()
    else checkNativeLength(place, header)
  }
}

function shapeOf(header: DicomHeader): FrameShape {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, photometricInterpretation } = header
  return { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, photometricInterpretation }
}

function hasLevels({ codec }: TransferSyntax): boolean {
  return codec === 'jpeg-2000' || codec === 'htj2k'
}

function checkResolutionLevel(level: number, transferSyntax: TransferSyntax): void {
  const several = hasLevels(transferSyntax)
  if (Number.isInteger(level) && level >= 0 && (level === 0 || several)) return
  throw new DicomError(
    'invalid-argument',
    `Expected ${several ? 'a non-negative integer' : '0'} for resolutionLevel but received ${describeValue(level)}. ${transferSyntax.name} has ${several ? 'several levels' : 'one resolution'}.`,
  )
}

/** A thread must not be ended while it loads, or Node 20 aborts the process: a second is enough for that. */
function checkTimeout(timeoutMs: number): void {
  if (timeoutMs === Number.POSITIVE_INFINITY) return
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1000 && timeoutMs < 2 ** 31) return
  throw new DicomError(
    'invalid-argument',
    `Expected 1000 to ${2 ** 31 - 1}, or Infinity, for timeoutMs but received ${describeValue(timeoutMs)}. Choose a value in that range.`,
  )
}
