/** What a header says of a view beside its direction: specimen, magnification, spot compression (PS3.16 CID 4014, 4015). */
import { type DicomHeader, viewOf } from '@mammokit/dicom-io'
import type { Finding } from './admit.ts'

/** Contact mammography has 1.0 to 1.1, the smallest magnification stand in use 1.4. */
const magnified = 1.25

/** Descriptions in words: Series Description, Protocol Name, Acquisition Device Processing Description, Paddle Description. */
const descriptions = ['0008103E', '00181030', '00181400', '001811A4']

/** How the view of a header differs from a whole breast seen once, at its own size. */
export function viewFindings(header: DicomHeader): Finding[] {
  const { elements, viewModifiers = [] } = header
  const words = descriptions.map((tag) => elements.text(tag) ?? '').join(' ')
  const imageType = header.imageType ?? []
  const position = (header.viewPosition ?? '').trim().toUpperCase()
  const prefix =
    /^(M|S|MS|SM)(?:CC|MLO|ML|LMO|LM|XCC[LM]?)$/.exec(/^(ML|MLO)$/.test(position) ? '' : position)?.[1] ?? ''
  const factor = header.estimatedRadiographicMagnificationFactor ?? 1

  const isSpecimen =
    viewModifiers.includes('specimen') ||
    elements.items('00400560').length > 0 ||
    elements.items('00400550').length > 0 ||
    [...imageType, position, header.bodyPartExamined ?? '', words].some((text) => /specimen/i.test(text))
  const isMagnified = viewModifiers.includes('magnification') || prefix.includes('M') || factor >= magnified
  const isSpot = viewModifiers.includes('spot-compression') || prefix.includes('S')
  return [
    ...(isSpecimen ? [finding('specimen', 'specimen:radiograph', 'a breast', 'the radiograph of a specimen')] : []),
    ...(isMagnified
      ? [finding('magnification', 'magnification:view', 'a contact view', magnificationText(factor))]
      : []),
    ...(isSpot ? [finding('spot', 'spot:compression', 'a view of the whole breast', 'a spot compression')] : []),
    ...(!isMagnified && /\bmag(nif\w*)?\b/i.test(words) ? [named('magnification')] : []),
    ...(!isSpot && /\bspot\b/i.test(words) ? [named('spot')] : []),
    ...(position !== '' && viewOf(header) === undefined && prefix === '' && !isSpecimen
      ? [finding('view', 'view:unknown', 'one of the views of PS3.16 CID 4014', 'another View Position')]
      : []),
  ]
}

const magnificationText = (factor: number) =>
  factor >= magnified ? `a magnification by ${factor}` : 'a magnification view'

function finding(check: NonNullable<Finding['check']>, warning: string, expected: string, received: string): Finding {
  return { check, warning, expected: `${expected} for the view`, received }
}

/** A series may be named after one of its images: no reason to refuse the others. */
const named = (what: string): Finding => ({ warning: `named:${what}`, expected: 'a breast', received: what })
