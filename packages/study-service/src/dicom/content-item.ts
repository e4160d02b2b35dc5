/** Content items of a structured report (PS3.3 C.17.3, C.18) as elements. */
import type { WritableElement } from '@mammokit/dicom-io'

export type Item = readonly WritableElement[]

/** Code Value, Coding Scheme Designator, Code Meaning. */
export type Code = readonly [value: string, scheme: string, meaning: string]

export type Relationship = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'INFERRED FROM'

export interface SopReference {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
}

export function codeItem([value, scheme, meaning]: Code): Item {
  return [text('00080100', 'SH', value), text('00080102', 'SH', scheme), text('00080104', 'LO', meaning)]
}

export function container(relationship: Relationship, name: Code, children: readonly Item[]): Item {
  return contentItem(relationship, 'CONTAINER', name, [text('0040A050', 'CS', 'SEPARATE')], children)
}

export function codedValue(relationship: Relationship, name: Code, value: Code, children: readonly Item[] = []): Item {
  return contentItem(relationship, 'CODE', name, [sequence('0040A168', [codeItem(value)])], children)
}

export function textValue(relationship: Relationship, name: Code, value: string): Item {
  return contentItem(relationship, 'TEXT', name, [text('0040A160', 'UT', value)])
}

export function uidValue(relationship: Relationship, name: Code, value: string): Item {
  return contentItem(relationship, 'UIDREF', name, [text('0040A124', 'UI', value)])
}

export function numericValue(name: Code, value: number, unit: Code, children: readonly Item[]): Item {
  const measured: Item = [
    { tag: '0040A30A', vr: 'DS', value },
    { tag: '0040A161', vr: 'FD', value },
    sequence('004008EA', [codeItem(unit)]),
  ]
  return contentItem('CONTAINS', 'NUM', name, [sequence('0040A300', [measured])], children)
}

export function imageValue(relationship: Relationship, name: Code, reference: SopReference): Item {
  return contentItem(relationship, 'IMAGE', name, [sequence('00081199', [referenceItem(reference)])])
}

export function referenceItem({ sopClassUid, sopInstanceUid }: SopReference): Item {
  return [text('00081150', 'UI', sopClassUid), text('00081155', 'UI', sopInstanceUid)]
}

/** Series Instance UID and what of it is referenced, by study (PS3.3 Table C.17-3). */
export function studyReferences(
  studyInstanceUid: string,
  references: readonly (SopReference & { readonly seriesInstanceUid: string })[],
): Item {
  const series = [...new Set(references.map(({ seriesInstanceUid }) => seriesInstanceUid))]
  const ofSeries = (uid: string): Item => [
    text('0020000E', 'UI', uid),
    sequence('00081199', references.filter(({ seriesInstanceUid }) => seriesInstanceUid === uid).map(referenceItem)),
  ]
  return [text('0020000D', 'UI', studyInstanceUid), sequence('00081115', series.map(ofSeries))]
}

function contentItem(
  relationship: Relationship,
  valueType: string,
  name: Code,
  value: Item,
  children: readonly Item[] = [],
): Item {
  return [
    text('0040A010', 'CS', relationship),
    text('0040A040', 'CS', valueType),
    sequence('0040A043', [codeItem(name)]),
    ...value,
    ...(children.length > 0 ? [sequence('0040A730', children)] : []),
  ]
}

export function text(tag: string, vr: 'CS' | 'DA' | 'LO' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI' | 'UT', value: string) {
  return { tag, vr, value } as const
}

export function sequence(tag: string, value: readonly Item[]) {
  return { tag, vr: 'SQ', value } as const
}
