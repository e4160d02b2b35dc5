/** Which objects are taken, and in which transfer syntax (PS3.8 9.3.3, PS3.4 B.5). */
import { transferSyntaxes } from '@mammokit/dicom-io'

/**
 * Storage SOP Classes that a mammogram may come as; which of them are admitted, mammogram-preprocess decides image by image.
 *
 * Multi-frame True Color Secondary Capture, the class of our own heatmaps, is not among them: a router that sends every new object of a
 * study here would never end.
 */
export const storageClasses: Readonly<Record<string, string>> = {
  '1.2.840.10008.5.1.4.1.1.1.2': 'Digital Mammography X-Ray Image Storage - For Presentation',
  '1.2.840.10008.5.1.4.1.1.1.2.1': 'Digital Mammography X-Ray Image Storage - For Processing',
  '1.2.840.10008.5.1.4.1.1.13.1.3': 'Breast Tomosynthesis Image Storage',
  '1.2.840.10008.5.1.4.1.1.13.1.4': 'Breast Projection X-Ray Image Storage - For Presentation',
  '1.2.840.10008.5.1.4.1.1.13.1.5': 'Breast Projection X-Ray Image Storage - For Processing',
  '1.2.840.10008.5.1.4.1.1.1': 'Computed Radiography Image Storage',
  '1.2.840.10008.5.1.4.1.1.1.1': 'Digital X-Ray Image Storage - For Presentation',
  '1.2.840.10008.5.1.4.1.1.1.1.1': 'Digital X-Ray Image Storage - For Processing',
  '1.2.840.10008.5.1.4.1.1.7': 'Secondary Capture Image Storage',
  '1.2.840.10008.5.1.4.1.1.7.2': 'Multi-frame Grayscale Byte Secondary Capture Image Storage',
  '1.2.840.10008.5.1.4.1.1.7.3': 'Multi-frame Grayscale Word Secondary Capture Image Storage',
}

/** Of these every sender has another one to offer, or the same without its weakness. */
const lastChoices = ['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2', '1.2.840.10008.1.2.2']

/**
 * The first of the proposed transfer syntaxes that dicom-io decodes, implicit and big endian ones last: whoever proposes a compressed one
 * has the object in it. Undefined where there is none.
 */
export function chooseTransferSyntax(proposed: readonly string[]): string | undefined {
  const known = proposed.filter((uid) => transferSyntaxes.has(uid))
  return known.find((uid) => !lastChoices.includes(uid)) ?? lastChoices.find((uid) => known.includes(uid))
}
