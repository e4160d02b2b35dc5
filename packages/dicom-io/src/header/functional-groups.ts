/** Attributes of multi-frame images that lie in functional groups: shared by all frames, or of each one (PS3.3 C.7.6.16). */
import type { DicomHeader } from './dicom-header.ts'
import type { DicomElements } from './elements.ts'
import { checkFrameIndex } from './frame-index.ts'

type GroupValues = Partial<
  Pick<
    DicomHeader,
    | 'windowCenter'
    | 'windowWidth'
    | 'windowCenterWidthExplanation'
    | 'voiLutFunction'
    | 'rescaleSlope'
    | 'rescaleIntercept'
    | 'rescaleType'
    | 'imageLaterality'
    | 'pixelSpacing'
  >
>

/** Values of the Shared Functional Groups Sequence (5200,9229). */
export function sharedGroupValues(elements: DicomElements): GroupValues {
  const shared = elements.items('52009229')[0]
  return shared === undefined ? {} : groupValues(shared)
}

/**
 * The header as it holds for one frame: with the values of its item of the Per-frame Functional Groups Sequence (5200,9230).
 * The header of an image without one is returned as it is.
 *
 * @throws {DicomError} `invalid-argument` for a frame that the image does not have.
 * @example
 * toPresentation(await image.decodeFrame(7), headerOfFrame(image.header, 7))
 */
export function headerOfFrame(header: DicomHeader, index: number): DicomHeader {
  checkFrameIndex(index, header.numberOfFrames)
  const item = header.elements.items('52009230')[index]
  return item === undefined ? header : { ...header, ...groupValues(item) }
}

function groupValues(item: DicomElements): GroupValues {
  const voi = item.items('00289132')[0]
  const transformation = item.items('00289145')[0]
  return present({
    windowCenter: voi?.decimals('00281050'),
    windowWidth: voi?.decimals('00281051'),
    windowCenterWidthExplanation: voi?.texts('00281055'),
    voiLutFunction: voi?.text('00281056'),
    rescaleIntercept: transformation?.decimals('00281052')?.[0],
    rescaleSlope: transformation?.decimals('00281053')?.[0],
    rescaleType: transformation?.text('00281054'),
    imageLaterality: item.items('00209071')[0]?.text('00209072'),
    pixelSpacing: item.items('00289110')[0]?.decimals('00280030'),
  }) as GroupValues
}

function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
