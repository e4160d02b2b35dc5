/** Builds a {@link DicomHeader} from the elements of a file. */
import type { DataSet, Element } from 'dicom-parser'
import { type Attribute, type AttributeName, attributes } from './attributes.ts'
import { warnOfDisagreements } from './daikon-values.ts'
import type { DicomHeader } from './dicom-header.ts'
import { DicomElements } from './elements.ts'
import { frameValues } from './functional-groups.ts'
import { type HeaderWarning, headerWarning, type Warn } from './header-warning.ts'
import { type ImageValues, imageValues } from './image-values.ts'
import { readTables } from './lookup-tables.ts'
import { type AttributeValues, readAttribute } from './read-attribute.ts'
import type { DataSetStructure } from './structure.ts'
import { viewValues } from './view-values.ts'

/** @throws {DicomError} for a data set without an image, or whose pixels cannot be known. */
export function readHeaderValues(structure: DataSetStructure): DicomHeader {
  const { meta, dataSet, trailingElements, transferSyntax } = structure
  const elements = new DicomElements([meta, dataSet, ...(trailingElements === undefined ? [] : [trailingElements])])
  const warnings: HeaderWarning[] = []
  const warn: Warn = (warning) => warnings.push(warning)
  const signed = elements.numbers(attributes.pixelRepresentation.tag, 'US')?.[0] === 1
  const values = readCommonAttributes(elements, signed, warn)
  const image: ImageValues = imageValues(values, structure, warnings)
  const header = {
    ...values,
    ...frameValues(elements, 0, signed, warn),
    ...image,
    ...readTables(elements, signed, warn),
    transferSyntaxUid: transferSyntax.uid,
    elements,
  }
  warnOfRepeated(structure, warn)
  warnOfDisagreements(structure, header, warnings)
  return { ...header, ...viewValues(header, warn), warnings } as unknown as DicomHeader
}

/** Attributes that no functional group has. */
function readCommonAttributes(elements: DicomElements, signed: boolean, warn: Warn): AttributeValues {
  const values: AttributeValues = {}
  for (const [name, attribute] of Object.entries<Attribute>(attributes)) {
    if (attribute.group !== undefined) continue
    const value = readAttribute(name as AttributeName, attribute, { item: elements, tag: attribute.tag, signed, warn })
    if (value !== undefined) Object.assign(values, { [name]: value })
  }
  return values
}

/** Of two elements with one tag the last counts, as in pydicom. */
function warnOfRepeated({ repeated, dataSet }: DataSetStructure, warn: Warn): void {
  for (const [name, { tag }] of Object.entries<Attribute>(attributes)) {
    const key = `x${tag.toLowerCase()}`
    const last = bytesOf(dataSet.elements[key], dataSet)
    const others = repeated.filter((element) => element.tag === key && bytesOf(element, dataSet) !== last)
    if (others.length === 0) continue
    const reason = 'Expected one element of this tag but received several that differ; the last is used.'
    warn(headerWarning(name, tag, 'conflict', bytesOf(others[0], dataSet), reason))
  }
}

function bytesOf(element: Element | undefined, { byteArray }: DataSet): string {
  if (element === undefined) return ''
  return String.fromCharCode(
    ...byteArray.subarray(element.dataOffset, element.dataOffset + Math.min(element.length, 256)),
  )
}
