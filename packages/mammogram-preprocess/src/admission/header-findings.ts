/** What the header says against an image as input of a network for 2-D mammograms. */
import type { DicomHeader } from '@mammokit/dicom-io'
import type { Finding } from './admit.ts'
import { viewFindings } from './breast-views.ts'
import {
  breastTomosynthesis,
  mammographyForPresentation,
  mammographyForProcessing,
  radiography,
  sopClassName,
} from './sop-classes.ts'

/** Findings in the order of their weight: the first is what a refusal names. */
export function headerFindings(header: DicomHeader): Finding[] {
  return [
    ...sopClassFindings(header, sopClassOf(header)),
    ...modalityFindings(header),
    ...intentFindings(header),
    ...bodyPartFindings(header),
    ...viewFindings(header),
    ...derivedFindings(header),
  ]
}

/** What could not be taken as it is written, by its attribute; never a value. */
export function headerWarnings({ warnings }: DicomHeader): string[] {
  return warnings.map(({ keyword, code }) => {
    if (code !== 'inferred') return `header:${keyword}-${code}`
    return keyword === 'imageLaterality' ? 'laterality:inferred' : 'view:inferred'
  })
}

/** The data set's SOP Class, else the one of the file's meta information. */
export function sopClassOf(header: DicomHeader): string | undefined {
  return header.sopClassUid ?? header.elements.text('00020002')
}

/** Whether an image is a stack of slices whatever its number of frames. */
export function isTomosynthesis(header: DicomHeader): boolean {
  return sopClassOf(header) === breastTomosynthesis
}

/** What says of an object that it is no mammogram, whatever it holds. */
export function objectFindings(object: DescribedObject): Finding[] {
  return [...sopClassFindings(object, object.sopClassUid), ...modalityFindings(object)]
}

/** The attributes of a header that objects without an image have, too. */
type DescribedObject = Pick<DicomHeader, 'sopClassUid' | 'modality' | 'bodyPartExamined'>

function sopClassFindings(object: DescribedObject, uid: string | undefined): Finding[] {
  const expected = 'an image of X-ray mammography for SOP Class'
  if (uid === undefined) {
    return [{ check: 'absent', warning: 'sop-class:absent', expected, received: 'none' }]
  }
  if ([mammographyForPresentation, mammographyForProcessing, breastTomosynthesis].includes(uid)) return []
  const received = sopClassName(uid)
  if (radiography.has(uid) && isOfBreast(object)) {
    const what = received.includes('Secondary') ? 'secondary-capture' : 'radiography'
    return [{ warning: `source:${what}`, expected, received }]
  }
  return [{ check: 'sopClass', warning: 'sop-class:other', expected, received }]
}

function modalityFindings({ modality, bodyPartExamined }: DescribedObject): Finding[] {
  const expected = 'MG for Modality'
  if (modality === 'MG') return []
  if (modality === undefined) return [{ check: 'absent', warning: 'modality:absent', expected, received: 'none' }]
  // Machines of the first years, and film scanners.
  if (/^(CR|DX|RG|XA|OT|SC)$/.test(modality) && isBreast(bodyPartExamined)) {
    return [{ warning: `source:${modality.toLowerCase()}`, expected, received: modality }]
  }
  return [{ check: 'modality', warning: 'modality:other', expected, received: modality }]
}

function intentFindings(header: DicomHeader): Finding[] {
  const intent = header.presentationIntentType?.trim().replace(/\s+/g, ' ').toUpperCase()
  const expected = 'FOR PRESENTATION for Presentation Intent Type'
  if (intent === 'FOR PROCESSING' || sopClassOf(header) === mammographyForProcessing) {
    return [{ check: 'intent', warning: 'intent:for-processing', expected, received: 'FOR PROCESSING' }]
  }
  if (intent === 'FOR PRESENTATION') return []
  if (intent === undefined || intent === '') {
    return [{ check: 'absent', warning: 'intent:absent', expected, received: 'none' }]
  }
  return [{ check: 'intent', warning: 'intent:other', expected, received: 'another value' }]
}

function bodyPartFindings({ bodyPartExamined }: DicomHeader): Finding[] {
  if (!bodyPartExamined || isBreast(bodyPartExamined)) return []
  const expected = 'BREAST for Body Part Examined'
  return [{ check: 'bodyPart', warning: 'body-part:other', expected, received: 'another part' }]
}

/** Image Type values of 2-D images that vendors make from slices, and Partial View (0028,1350). */
function derivedFindings({ imageType = [], partialView }: DicomHeader): Finding[] {
  const expected = 'an image of one exposure of the whole breast'
  const isSynthetic = imageType.some((value) => /GENERATED_2D|TOMO_2D|C-?VIEW|S-?VIEW|V-?PREVIEW|SYNTH/i.test(value))
  return [
    ...(isSynthetic
      ? [{ check: 'derived', warning: 'derived:synthetic', expected, received: 'an image made from slices' } as const]
      : []),
    ...(partialView === 'YES'
      ? [{ check: 'derived', warning: 'derived:partial-view', expected, received: 'a part of it' } as const]
      : []),
  ]
}

const isOfBreast = ({ modality, bodyPartExamined }: DescribedObject) => modality === 'MG' || isBreast(bodyPartExamined)

const isBreast = (bodyPart: string | undefined) => /breast|mamm/i.test(bodyPart ?? '')
