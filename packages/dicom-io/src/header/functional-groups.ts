/** Attributes that lie in functional groups of a multi-frame image: of each frame, or shared by all (PS3.3 C.7.6.16). */
import { type Attribute, type AttributeName, attributes } from './attributes.ts'
import type { DicomHeader } from './dicom-header.ts'
import type { DicomElements } from './elements.ts'
import { checkFrameIndex } from './frame-index.ts'
import { type HeaderWarning, headerWarning, type Warn } from './header-warning.ts'
import { type AttributeValues, readAttribute } from './read-attribute.ts'
import { readVoi, type VoiValues } from './voi-values.ts'

/** Attributes that may lie in a functional group, by the sequence that has them there. */
const groups: ReadonlyMap<string, readonly AttributeName[]> = Object.entries(attributes).reduce(
  (found, [name, one]) => {
    const { group }: Attribute = one
    if (group !== undefined) found.set(group.sequence, [...(found.get(group.sequence) ?? []), name as AttributeName])
    return found
  },
  new Map<string, AttributeName[]>(),
)

const voiGroup = attributes.windowCenter.group!.sequence
const voiLutSequence = '00283010'
const frameAttributes: ReadonlySet<string> = new Set([...groups.values(), 'voiLuts'].flat())

/** Whether a frame may have a value of its own for an attribute. */
export function isFrameAttribute(name: string): boolean {
  return frameAttributes.has(name)
}

/**
 * The header as it holds for one frame: with the values of its item of the Per-frame Functional Groups Sequence (5200,9230), else of
 * the Shared one (5200,9229). The header of an image without functional groups is returned as it is.
 *
 * @throws {DicomError} `invalid-argument` for a frame that the image does not have.
 * @example
 * toPresentation(await image.decodeFrame(7), headerOfFrame(image.header, 7))
 */
export function headerOfFrame(header: DicomHeader, index: number): DicomHeader {
  checkFrameIndex(index, header.numberOfFrames)
  const { elements } = header
  if (elements.get('52009229') === undefined && elements.get('52009230') === undefined) return header
  const warnings: HeaderWarning[] = header.warnings.filter(({ keyword }) => !isFrameAttribute(keyword))
  const common = Object.entries(header).filter(([name]) => !isFrameAttribute(name))
  const values = frameValues(elements, index, header.pixelRepresentation === 1, (warning) => warnings.push(warning))
  return { ...Object.fromEntries(common), ...values, warnings } as unknown as DicomHeader
}

/**
 * The values that hold for one frame: its own, else those that all frames share, else those of the top level. What belongs
 * together, as center and width do, comes from one place.
 */
export function frameValues(elements: DicomElements, index: number, signed: boolean, warn: Warn): FrameValues {
  const levels = [elements.items('52009230')[index], elements.items('52009229')[0]]
  const values: FrameValues = {}
  let voiItem = elements
  for (const [sequence, names] of groups) {
    const item = levels
      .flatMap((level) => level?.items(sequence)[0] ?? [])
      .find((one) => tagsOf(sequence, names).some((tag) => holds(one, tag)))
    if (sequence === voiGroup && item !== undefined) voiItem = item
    const read = readGroup(item ?? elements, names, item !== undefined, signed, warn)
    if (item !== undefined) warnOfConflicts(elements, names, read, signed, warn)
    Object.assign(values, read)
  }
  const { windowCenter, windowWidth, windowCenterWidthExplanation, ...others } = values
  return { ...others, ...readVoi(voiItem, values, signedVoi(elements, values, signed), warn) }
}

export type FrameValues = Omit<AttributeValues, keyof VoiValues> & VoiValues

function tagsOf(sequence: string, names: readonly AttributeName[]): string[] {
  const tags = names.map((name) => (attributes[name] as Attribute).group!.tag)
  return sequence === voiGroup ? [...tags, voiLutSequence] : tags
}

function holds(item: DicomElements, tag: string): boolean {
  const element = item.get(tag)
  return element !== undefined && (element.bytes.length > 0 || element.items.length > 0)
}

function readGroup(
  item: DicomElements,
  names: readonly AttributeName[],
  inGroup: boolean,
  signed: boolean,
  warn: Warn,
) {
  const values: AttributeValues = {}
  for (const name of names) {
    const attribute: Attribute = attributes[name]
    const tag = inGroup ? attribute.group!.tag : attribute.tag
    const value = readAttribute(name, attribute, { item, tag, signed, warn })
    if (value !== undefined) Object.assign(values, { [name]: value })
  }
  return values
}

/** The top level of a multi-frame image has no say where a group has: where it says something else, that is told. */
function warnOfConflicts(
  elements: DicomElements,
  names: readonly AttributeName[],
  values: AttributeValues,
  signed: boolean,
  warn: Warn,
): void {
  const top = readGroup(elements, names, false, signed, () => {})
  for (const name of names) {
    const [own, other] = [values[name], top[name]]
    if (own === undefined || other === undefined || String(own) === String(other)) continue
    const reason = 'Expected the value of the functional groups, which is used; the top level has another one.'
    warn(headerWarning(name, attributes[name].tag, 'conflict', String(other), reason))
  }
}

/** The input of a VOI LUT is the output of the modality LUT, which is unsigned, or of the rescale (PS3.3 C.11.2.1.1). */
function signedVoi(elements: DicomElements, { rescaleIntercept }: AttributeValues, signed: boolean): boolean {
  if (elements.items('00283000').length > 0) return false
  return signed || (rescaleIntercept ?? 0) < 0
}
