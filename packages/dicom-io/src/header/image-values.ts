/** Size, bits and number of frames: what the pixels cannot be right without (PS3.3 C.7.6.3, C.7.6.6). */
import { DicomError, type DicomErrorDetails } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import { type AttributeName, attributes } from './attributes.ts'
import type { DicomHeader } from './dicom-header.ts'
import { type HeaderWarning, headerWarning } from './header-warning.ts'
import type { PixelDataPlace } from './pixel-data.ts'
import type { AttributeValues } from './read-attribute.ts'
import type { DataSetStructure } from './structure.ts'

export type ImageValues = Pick<
  DicomHeader,
  | 'rows'
  | 'columns'
  | 'samplesPerPixel'
  | 'numberOfFrames'
  | 'photometricInterpretation'
  | 'planarConfiguration'
  | 'bitsAllocated'
  | 'bitsStored'
  | 'highBit'
  | 'pixelRepresentation'
>

/**
 * These values with their defaults from the standard, and mended where the bytes leave no doubt; what was mended joins the warnings.
 *
 * @throws {DicomError} `no-pixels` for a data set without an image, `invalid-header` for a value without which the pixels cannot be
 * right, `limit`
 */
export function imageValues(
  values: AttributeValues,
  { meta, floats, pixelData }: DataSetStructure,
  warnings: HeaderWarning[],
): ImageValues {
  const object = { sopClassUid: values.sopClassUid ?? meta.string('x00020002'), modality: values.modality }
  if (floats !== undefined) throw floatsError(floats, object)
  const named = (name: AttributeName) => values[name] === undefined && warnings.some(({ keyword }) => keyword === name)
  const lacksSize = values.rows === undefined || values.columns === undefined
  if (pixelData === undefined || (lacksSize && !named('rows') && !named('columns'))) {
    const what = object.sopClassUid === undefined ? 'a data set' : `an object of SOP Class ${object.sopClassUid}`
    throw new DicomError(
      'no-pixels',
      `Expected an image but received ${what} without Rows, Columns or Pixel Data. Check that the file is an image.`,
      object,
    )
  }
  const or = (name: AttributeName, value: number) => (named(name) ? Number.NaN : value)
  const bitsStored = values.bitsStored ?? or('bitsStored', values.bitsAllocated ?? Number.NaN)
  const image = {
    rows: values.rows,
    columns: values.columns,
    samplesPerPixel: values.samplesPerPixel ?? or('samplesPerPixel', 1),
    photometricInterpretation: values.photometricInterpretation,
    planarConfiguration: values.planarConfiguration ?? or('planarConfiguration', 0),
    bitsAllocated: values.bitsAllocated,
    bitsStored,
    highBit: values.highBit ?? bitsStored - 1,
    pixelRepresentation: values.pixelRepresentation ?? or('pixelRepresentation', 0),
    numberOfFrames: values.numberOfFrames ?? 1,
  } as ImageValues
  check(image, warnings)
  const sound = { ...image, ...mendHighBit(image, warnings), ...mendPlanes(image, warnings) }
  const whole = { ...sound, numberOfFrames: countFrames(sound, named('numberOfFrames'), pixelData, warnings) }
  checkLimits(whole)
  return whole
}

function floatsError(name: string, object: DicomErrorDetails): DicomError {
  const message = `Expected integers in Pixel Data but received ${name}, as of a parametric map. Convert the values to integers.`
  return new DicomError('unsupported', message, object)
}

function check(image: ImageValues, warnings: readonly HeaderWarning[]): void {
  const { bitsAllocated, bitsStored, samplesPerPixel, pixelRepresentation } = image
  const expect = (holds: boolean, expected: string, name: AttributeName) => {
    if (holds) return
    const value = image[name as keyof ImageValues]
    const isKnown = value !== undefined && !Number.isNaN(value)
    const received = isKnown ? value : (warnings.find(({ keyword }) => keyword === name)?.text ?? 'none')
    throw new DicomError(
      'invalid-header',
      `Expected ${expected} for ${name} (${attributes[name].tag}) but received ${typeof received === 'string' ? JSON.stringify(received) : received}. The header is damaged.`,
      { keyword: name, tag: attributes[name].tag },
    )
  }
  expect(isSize(image.rows), 'a positive number', 'rows')
  expect(isSize(image.columns), 'a positive number', 'columns')
  expect([1, 8, 16, 32].includes(bitsAllocated), '1, 8, 16 or 32', 'bitsAllocated')
  expect(
    Number.isInteger(bitsStored) && bitsStored > 0 && bitsStored <= bitsAllocated,
    `1 to ${bitsAllocated}`,
    'bitsStored',
  )
  expect(samplesPerPixel === 1 || samplesPerPixel === 3, '1 or 3', 'samplesPerPixel')
  expect(pixelRepresentation === 0 || pixelRepresentation === 1, '0 or 1', 'pixelRepresentation')
  expect(image.photometricInterpretation !== undefined, 'a value', 'photometricInterpretation')
  const { planarConfiguration } = image
  expect(
    samplesPerPixel === 1 || planarConfiguration === 0 || planarConfiguration === 1,
    '0 or 1',
    'planarConfiguration',
  )
}

function isSize(value: number | undefined): boolean {
  return Number.isInteger(value) && value! > 0
}

/** A sign or a value cannot end below its bits, nor above the word: then the word begins with it, as all writers mean it. */
function mendHighBit({ highBit, bitsStored, bitsAllocated }: ImageValues, warnings: HeaderWarning[]) {
  if (Number.isInteger(highBit) && highBit >= bitsStored - 1 && highBit < bitsAllocated) return {}
  const reason = `Expected ${bitsStored - 1} to ${bitsAllocated - 1}, as Bits Stored says; ${bitsStored - 1} is used.`
  warnings.push(headerWarning('highBit', attributes.highBit.tag, 'conflict', String(highBit), reason))
  return { highBit: bitsStored - 1 }
}

/** Of one sample a pixel there is one plane, whatever the attribute says. */
function mendPlanes({ planarConfiguration }: ImageValues, warnings: HeaderWarning[]) {
  if (planarConfiguration === 0 || planarConfiguration === 1) return {}
  if (Number.isNaN(planarConfiguration)) return { planarConfiguration: 0 }
  const { tag } = attributes.planarConfiguration
  const reason = 'Expected 0 or 1; it has no meaning for one sample a pixel.'
  warnings.push(headerWarning('planarConfiguration', tag, 'out-of-range', String(planarConfiguration), reason))
  return { planarConfiguration: 0 }
}

/** Where Number of Frames cannot be read, native pixels tell; compressed ones are checked to be of one frame when decoded. */
function countFrames(
  image: ImageValues,
  isUnreadable: boolean,
  { length }: PixelDataPlace,
  warnings: HeaderWarning[],
): number {
  const { tag } = attributes.numberOfFrames
  const { rows, columns, samplesPerPixel, bitsAllocated, numberOfFrames } = image
  if (numberOfFrames > 0 && !isUnreadable) return numberOfFrames
  const counted =
    length === undefined ? 1 : Math.floor((length * 8) / (rows * columns * samplesPerPixel * bitsAllocated))
  if (!isUnreadable) {
    const reason = `Expected a number above 0; ${Math.max(1, counted)} is used, as Pixel Data holds.`
    // Some writers say 0 where there is one.
    warnings.push(headerWarning('numberOfFrames', tag, 'out-of-range', String(numberOfFrames), reason))
  }
  return Math.max(1, counted)
}

function checkLimits({ rows, columns, samplesPerPixel, numberOfFrames }: ImageValues): void {
  if (rows * columns * samplesPerPixel <= limits.frameSamples && numberOfFrames <= limits.frames) return
  throw new DicomError(
    'limit',
    `Expected at most ${limits.frameSamples} samples per frame and ${limits.frames} frames but received ${rows} x ${columns} x ${samplesPerPixel} and ${numberOfFrames}. The header is damaged.`,
  )
}
