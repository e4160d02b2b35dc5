/**
 * The imaginary X-ray machines of the screening program.
 *
 * Machine and site numbers, their shares and the spread of pixel formats follow the RSNA data set, where one of ten
 * machines made 43 % of the images and 22 % of the images have a SIGMOID window.
 */
import type { Random } from '@mammokit/seeded-random'
import type { ProcessingStyle } from './processing.ts'

export type TransferSyntax = 'explicit-little-endian' | 'jpeg-lossless' | 'jpeg-2000-lossless'

export interface DetectorField {
  readonly heightMm: number
  readonly widthMm: number
}

interface VoiWindow {
  readonly center: number
  readonly width: number
  readonly explanation: string
}

export interface Machine {
  readonly machineId: number
  readonly siteId: 1 | 2
  /** Share of the patients. */
  readonly share: number
  /** Pixel pitch as a multiple of that of the finest machine, whose largest field is the tallest image. */
  readonly relativePitch: number
  /** Largest first. */
  readonly fields: readonly DetectorField[]
  readonly bitsStored: number
  readonly photometricInterpretation: 'MONOCHROME1' | 'MONOCHROME2'
  readonly voiLutFunction: 'LINEAR' | 'SIGMOID'
  /** In stored values; the first is the one to display. */
  readonly windows: readonly VoiWindow[]
  /** Mean gray level of air in the presentation image, 0 to 1; most machines mask it to 0. */
  readonly air: number
  /** How it shows its images. */
  readonly styles: readonly { readonly name: ProcessingStyle; readonly share: number }[]
  readonly transferSyntaxes: readonly { readonly name: TransferSyntax; readonly share: number }[]
}

/** Height of the tallest detector field, of machine 49: 4096 pixels of 0.07 mm. */
export const LARGEST_FIELD_MM = 286.72

const styles = (enhanced: number, standard: number, flat: number) =>
  [
    { name: 'enhanced', share: enhanced },
    { name: 'standard', share: standard },
    { name: 'flat', share: flat },
  ] as const
const lossless2000 = [
  { name: 'jpeg-2000-lossless', share: 0.65 },
  { name: 'explicit-little-endian', share: 0.35 },
] as const
const losslessJpeg = [
  { name: 'jpeg-lossless', share: 0.75 },
  { name: 'explicit-little-endian', share: 0.25 },
] as const

export const machines: readonly Machine[] = [
  {
    machineId: 49,
    siteId: 1,
    share: 0.43,
    relativePitch: 1,
    fields: [
      { heightMm: LARGEST_FIELD_MM, widthMm: 232.96 },
      { heightMm: 232.96, widthMm: 179.2 },
    ],
    bitsStored: 12,
    photometricInterpretation: 'MONOCHROME2',
    voiLutFunction: 'LINEAR',
    windows: [{ center: 2047, width: 4096, explanation: 'NORMAL' }],
    air: 0,
    styles: styles(0.75, 0.2, 0.05),
    transferSyntaxes: lossless2000,
  },
  {
    machineId: 29,
    siteId: 2,
    share: 0.16,
    relativePitch: 1.21,
    fields: [
      { heightMm: 286, widthMm: 227.6 },
      { heightMm: 232, widthMm: 176 },
    ],
    bitsStored: 12,
    photometricInterpretation: 'MONOCHROME2',
    voiLutFunction: 'SIGMOID',
    windows: [
      { center: 2050, width: 1500, explanation: 'NORMAL' },
      { center: 2200, width: 1200, explanation: 'HARDER' },
      { center: 1900, width: 1900, explanation: 'SOFTER' },
    ],
    air: 0,
    styles: styles(0.2, 0.6, 0.2),
    transferSyntaxes: losslessJpeg,
  },
  {
    machineId: 48,
    siteId: 2,
    share: 0.15,
    relativePitch: 1.17,
    fields: [
      { heightMm: 286, widthMm: 226 },
      { heightMm: 239, widthMm: 189 },
    ],
    bitsStored: 14,
    photometricInterpretation: 'MONOCHROME1',
    voiLutFunction: 'LINEAR',
    windows: [{ center: 7400, width: 9600, explanation: 'STANDARD' }],
    air: 0.02,
    styles: styles(0.05, 0.25, 0.7),
    transferSyntaxes: losslessJpeg,
  },
  {
    machineId: 21,
    siteId: 2,
    share: 0.13,
    relativePitch: 1.43,
    fields: [
      { heightMm: 286, widthMm: 239.4 },
      { heightMm: 229.4, widthMm: 191.4 },
    ],
    bitsStored: 12,
    photometricInterpretation: 'MONOCHROME2',
    voiLutFunction: 'LINEAR',
    windows: [
      { center: 1960, width: 2600, explanation: 'NORMAL' },
      { center: 2160, width: 2000, explanation: 'HARDER' },
    ],
    air: 0.01,
    styles: styles(0.2, 0.5, 0.3),
    transferSyntaxes: losslessJpeg,
  },
  {
    machineId: 93,
    siteId: 1,
    share: 0.07,
    relativePitch: 1.08,
    fields: [{ heightMm: 284, widthMm: 227 }],
    bitsStored: 16,
    photometricInterpretation: 'MONOCHROME1',
    voiLutFunction: 'SIGMOID',
    windows: [{ center: 32000, width: 22000, explanation: 'STANDARD' }],
    air: 0.035,
    styles: styles(0.3, 0.3, 0.4),
    transferSyntaxes: lossless2000,
  },
  {
    machineId: 216,
    siteId: 1,
    share: 0.06,
    relativePitch: 1.3,
    fields: [
      { heightMm: 282, widthMm: 226 },
      { heightMm: 230, widthMm: 175 },
    ],
    bitsStored: 13,
    photometricInterpretation: 'MONOCHROME2',
    voiLutFunction: 'SIGMOID',
    windows: [{ center: 3900.5, width: 3100.25, explanation: 'NORMAL' }],
    air: 0,
    styles: styles(0.3, 0.5, 0.2),
    transferSyntaxes: lossless2000,
  },
]

export function pickMachine(random: Random): Machine {
  return random.pick(machines, (machine) => machine.share)
}
