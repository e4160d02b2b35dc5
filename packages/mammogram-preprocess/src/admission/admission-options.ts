/** What is done about an image that is not what the network was trained on: one action for each check. */
import { z } from 'zod'

const action = z.enum(['refuse', 'warn'])

export const admissionSchema = z.strictObject({
  /** SOP Class that is no image of X-ray mammography. */
  sopClass: action.default('refuse'),
  /** Modality other than MG. */
  modality: action.default('refuse'),
  /** Presentation Intent Type other than FOR PRESENTATION. */
  intent: action.default('refuse'),
  /** Body Part Examined that names another part than the breast, such as a phantom. */
  bodyPart: action.default('warn'),
  /** A header without SOP Class, Modality or Presentation Intent Type. */
  absent: action.default('warn'),
  /** Radiograph of a specimen. */
  specimen: action.default('refuse'),
  /** Magnification view. */
  magnification: action.default('refuse'),
  /** Spot compression. */
  spot: action.default('refuse'),
  /** View Position that is none of DICOM's views of a breast. */
  view: action.default('warn'),
  /** 2-D image made from tomosynthesis, or an image of a part of the breast. */
  derived: action.default('warn'),
  /** Sides below 32 pixels. */
  size: action.default('refuse'),
  /** Picture of one or two gray levels. */
  constant: action.default('refuse'),
  /** Background brighter than the breast. */
  polarity: action.default('refuse'),
})

/** An action for each check. */
export type Admission = z.output<typeof admissionSchema>
/** Name of a check of admission. */
export type AdmissionCheck = keyof Admission
/** What happens to an image that fails a check of admission. */
export type AdmissionAction = z.output<typeof action>
