/** Builds a {@link DicomHeader}: daikon's values, compared with those that dicom-parser's offsets give. */
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import { type Attribute, type AttributeName, attributes } from './attributes.ts'
import { daikonValues } from './daikon-values.ts'
import type { DicomHeader } from './dicom-header.ts'
import { DicomElements } from './elements.ts'
import { sharedGroupValues } from './functional-groups.ts'
import { type LookupTable, readLookupTable } from './lookup-table.ts'
import type { DataSetStructure } from './structure.ts'
import { viewFromCode } from './view-code.ts'

type Values = Partial<Record<AttributeName, string | number | readonly string[] | readonly number[]>>

export function readHeaderValues(structure: DataSetStructure): DicomHeader {
  const { meta, dataSet, trailingElements, transferSyntax } = structure
  const elements = new DicomElements([meta, dataSet, ...(trailingElements === undefined ? [] : [trailingElements])])
  const values = readAttributes(structure, elements)
  if (values.rows === undefined || values.columns === undefined || structure.pixelData === undefined) {
    throw new DicomError(
      'no-pixels',
      'Expected an image but received a data set without Rows, Columns or Pixel Data. Check that the file is an image.',
    )
  }
  const viewPosition = viewFromCode(elements)
  const header = {
    ...(viewPosition === undefined ? {} : { viewPosition }),
    ...sharedGroupValues(elements),
    ...values,
    ...withDefaults(values),
    ...readTables(elements, values.pixelRepresentation === 1),
    transferSyntaxUid: transferSyntax.uid,
    elements,
  } as unknown as DicomHeader
  validate(header)
  return header
}

function withDefaults(values: Values) {
  const bitsAllocated = values.bitsAllocated as number | undefined
  const bitsStored = (values.bitsStored as number | undefined) ?? bitsAllocated
  return {
    samplesPerPixel: values.samplesPerPixel ?? 1,
    // Some writers say 0 where there is one.
    numberOfFrames: values.numberOfFrames || 1,
    planarConfiguration: values.planarConfiguration ?? 0,
    pixelRepresentation: values.pixelRepresentation ?? 0,
    bitsStored,
    highBit: values.highBit ?? (bitsStored === undefined ? undefined : bitsStored - 1),
  }
}

function readAttributes({ dataSet, transferSyntax }: DataSetStructure, elements: DicomElements): Values {
  const daikon = daikonValues(dataSet, transferSyntax, Object.values(attributes))
  const signed = elements.shorts(attributes.pixelRepresentation.tag, false)?.[0] === 1
  const values: Record<string, unknown> = {}
  for (const [name, attribute] of Object.entries(attributes)) {
    const own = readOwn(elements, attribute, signed)
    if (own === undefined) continue
    const read = daikon.get(attribute.tag)
    if (read !== undefined) agree(name, attribute, own, read)
    if (attribute.shape === 'texts' || attribute.shape === 'numbers') values[name] = own
    else if (own[0] !== '' && !Number.isNaN(own[0])) values[name] = own[0]
  }
  return values
}

function readOwn(
  elements: DicomElements,
  { tag, vr }: Attribute,
  signed: boolean,
): readonly string[] | readonly number[] | undefined {
  if (vr === 'US' || vr === 'SS' || vr === 'xs') return elements.shorts(tag, vr === 'SS' || (vr === 'xs' && signed))
  if (vr === 'DS' || vr === 'IS') return elements.decimals(tag)
  return elements.texts(tag)
}

/** Text is compared where it is ASCII: daikon knows no other character set. */
function agree(name: string, { tag, vr }: Attribute, own: readonly unknown[], read: readonly unknown[]): void {
  if (vr === 'DA' || vr === 'AS') return
  const same = own.every((value, index) => {
    const other = read[index]
    if (typeof value === 'string') return value === other || /[^ -~]/.test(value)
    // An xs value is signed in our reading as Pixel Representation says, in daikon's as the element says.
    return Object.is(value, other) || (vr === 'xs' && ((value as number) & 0xffff) === ((other as number) & 0xffff))
  })
  if (same) return
  throw new DicomError(
    'header-disagreement',
    `Expected one value for ${name} (${tag}) but received ${own.join('\\')} from dicom-parser and ${read.join('\\')} from daikon. The file is damaged.`,
  )
}

function readTables(elements: DicomElements, signed: boolean) {
  const modalityItem = elements.items('00283000')[0]
  const modalityLut = modalityItem && readLookupTable(modalityItem, '00283002', '00283006', signed)
  // The input of a VOI LUT is the output of the modality LUT, which is unsigned (PS3.3 C.11.2.1.1).
  const signedVoi = modalityLut === undefined && (signed || (elements.decimals('00281052')?.[0] ?? 0) < 0)
  const voiLuts = elements
    .items('00283010')
    .map((item) => readLookupTable(item, '00283002', '00283006', signedVoi))
    .filter((table) => table !== undefined)
  const palette = ['1', '2', '3']
    .map((color) => readLookupTable(elements, `0028110${color}`, `0028120${color}`, signed))
    .filter((table): table is LookupTable => table !== undefined)
  return {
    ...(modalityLut === undefined ? {} : { modalityLut }),
    ...(voiLuts.length === 0 ? {} : { voiLuts }),
    ...(palette.length === 3 ? { palette: palette as [LookupTable, LookupTable, LookupTable] } : {}),
  }
}

function validate(header: DicomHeader): void {
  const { rows, columns, samplesPerPixel, numberOfFrames, bitsAllocated, bitsStored, highBit } = header
  expectHeader(rows > 0 && columns > 0, 'positive', 'rows and columns', `${rows} and ${columns}`)
  expectHeader([1, 8, 16, 32].includes(bitsAllocated), '1, 8, 16 or 32', 'bitsAllocated', bitsAllocated)
  expectHeader(bitsStored > 0 && bitsStored <= bitsAllocated, `1 to ${bitsAllocated}`, 'bitsStored', bitsStored)
  expectHeader(
    highBit >= bitsStored - 1 && highBit < bitsAllocated,
    `${bitsStored - 1} to ${bitsAllocated - 1}`,
    'highBit',
    highBit,
  )
  expectHeader(samplesPerPixel === 1 || samplesPerPixel === 3, '1 or 3', 'samplesPerPixel', samplesPerPixel)
  expectHeader(header.pixelRepresentation <= 1, '0 or 1', 'pixelRepresentation', header.pixelRepresentation)
  expectHeader(Number.isInteger(numberOfFrames) && numberOfFrames > 0, 'positive', 'numberOfFrames', numberOfFrames)
  expectHeader(header.photometricInterpretation !== undefined, 'a value', 'photometricInterpretation', 'none')
  if (rows * columns * samplesPerPixel > limits.frameSamples || numberOfFrames > limits.frames) {
    throw new DicomError(
      'limit',
      `Expected at most ${limits.frameSamples} samples per frame and ${limits.frames} frames but received ${rows} x ${columns} x ${samplesPerPixel} and ${numberOfFrames}. The header is damaged.`,
    )
  }
}

function expectHeader(holds: boolean, expected: string, name: string, received: unknown): void {
  if (holds) return
  throw new DicomError(
    'invalid-header',
    `Expected ${expected} for ${name} but received ${received}. The header is damaged.`,
  )
}
