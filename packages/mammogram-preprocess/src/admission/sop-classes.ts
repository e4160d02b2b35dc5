/** SOP Classes (PS3.4 B.5): which are mammograms, and the names of those that are often found beside them. */

const root = '1.2.840.10008.5.1.4.1.1.'

export const mammographyForPresentation = `${root}1.2`
export const mammographyForProcessing = `${root}1.2.1`
export const breastTomosynthesis = `${root}13.1.3`

/** Projection radiography in general, and captures of what a film scanner saw: of a breast where Modality or Body Part says so. */
export const radiography: ReadonlyMap<string, string> = new Map([
  [`${root}1`, 'Computed Radiography Image Storage'],
  [`${root}1.1`, 'Digital X-Ray Image Storage - For Presentation'],
  [`${root}1.1.1`, 'Digital X-Ray Image Storage - For Processing'],
  [`${root}7`, 'Secondary Capture Image Storage'],
  [`${root}7.1`, 'Multi-frame Single Bit Secondary Capture Image Storage'],
  [`${root}7.2`, 'Multi-frame Grayscale Byte Secondary Capture Image Storage'],
  [`${root}7.3`, 'Multi-frame Grayscale Word Secondary Capture Image Storage'],
  [`${root}7.4`, 'Multi-frame True Color Secondary Capture Image Storage'],
])

const names: ReadonlyMap<string, string> = new Map([
  ...radiography,
  ['1.2.840.10008.1.3.10', 'Media Storage Directory Storage'],
  [mammographyForPresentation, 'Digital Mammography X-Ray Image Storage - For Presentation'],
  [mammographyForProcessing, 'Digital Mammography X-Ray Image Storage - For Processing'],
  [breastTomosynthesis, 'Breast Tomosynthesis Image Storage'],
  [`${root}13.1.4`, 'Breast Projection X-Ray Image Storage - For Presentation'],
  [`${root}13.1.5`, 'Breast Projection X-Ray Image Storage - For Processing'],
  [`${root}2`, 'CT Image Storage'],
  [`${root}2.1`, 'Enhanced CT Image Storage'],
  [`${root}4`, 'MR Image Storage'],
  [`${root}4.1`, 'Enhanced MR Image Storage'],
  [`${root}6.1`, 'Ultrasound Image Storage'],
  [`${root}3.1`, 'Ultrasound Multi-frame Image Storage'],
  [`${root}20`, 'Nuclear Medicine Image Storage'],
  [`${root}128`, 'Positron Emission Tomography Image Storage'],
  [`${root}1.3`, 'Digital Intra-Oral X-Ray Image Storage - For Presentation'],
  [`${root}12.1`, 'X-Ray Angiographic Image Storage'],
  [`${root}12.2`, 'X-Ray Radiofluoroscopic Image Storage'],
  [`${root}66.4`, 'Segmentation Storage'],
  [`${root}77.1.6`, 'VL Whole Slide Microscopy Image Storage'],
  [`${root}4.2`, 'MR Spectroscopy Storage'],
  [`${root}11.1`, 'Grayscale Softcopy Presentation State Storage'],
  [`${root}11.2`, 'Color Softcopy Presentation State Storage'],
  [`${root}11.3`, 'Pseudo-Color Softcopy Presentation State Storage'],
  [`${root}11.4`, 'Blending Softcopy Presentation State Storage'],
  [`${root}30`, 'Parametric Map Storage'],
  [`${root}66`, 'Raw Data Storage'],
  [`${root}66.1`, 'Spatial Registration Storage'],
  [`${root}66.5`, 'Surface Segmentation Storage'],
  [`${root}88.11`, 'Basic Text SR Storage'],
  [`${root}88.22`, 'Enhanced SR Storage'],
  [`${root}88.33`, 'Comprehensive SR Storage'],
  [`${root}88.34`, 'Comprehensive 3D SR Storage'],
  [`${root}88.50`, 'Mammography CAD SR Storage'],
  [`${root}88.59`, 'Key Object Selection Document Storage'],
  [`${root}88.67`, 'X-Ray Radiation Dose SR Storage'],
  [`${root}104.1`, 'Encapsulated PDF Storage'],
  [`${root}104.2`, 'Encapsulated CDA Storage'],
  [`${root}481.1`, 'RT Image Storage'],
  [`${root}481.2`, 'RT Dose Storage'],
  [`${root}481.3`, 'RT Structure Set Storage'],
  [`${root}481.4`, 'RT Beams Treatment Record Storage'],
  [`${root}481.5`, 'RT Plan Storage'],
  [`${root}481.8`, 'RT Ion Plan Storage'],
])

/** The name of a SOP Class as PS3.6 has it, or its UID. */
export function sopClassName(uid: string): string {
  return names.get(uid) ?? uid
}
