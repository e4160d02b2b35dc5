/** An overlay as a Multi-frame True Color Secondary Capture of one frame (PS3.3 A.8.5), which every viewer shows. */
import { writeDicom } from '@mammokit/dicom-io'
import type { Overlay } from '../answer/answer-image.ts'
import type { ImageFacts } from '../files/read-facts.ts'
import { commonModules, hasWritablePatientId } from './common-modules.ts'
import { codeItem, referenceItem, sequence, text } from './content-item.ts'
import type { DicomObject } from './dicom-object.ts'
import { trueColorCapture } from './sop-classes.ts'
import { isUid, uidOf } from './uid.ts'

export interface CaptureOptions {
  readonly studyId: string
  readonly modelHash: string
  /** Of the image itself: another frame of a file has another one. */
  readonly preprocessHash: string
  /** Counted from 1, in the series. */
  readonly instanceNumber: number
  readonly now: Date
}

/** `impossible` for an image of no study, that cannot be referred to, or whose Patient ID cannot be written. */
export function writeCapture(
  { imageId, height, width, rgba }: Overlay,
  { attributes, sopClassUid, sopInstanceUid: source, studyInstanceUid, laterality, sha256 }: ImageFacts,
  { studyId, modelHash, preprocessHash, instanceNumber, now }: CaptureOptions,
): DicomObject | 'impossible' {
  if (!attributes || !isUid(sopClassUid) || !isUid(source) || !isUid(studyInstanceUid)) return 'impossible'
  if (!hasWritablePatientId(attributes)) return 'impossible'
  const rgb = new Uint8Array(height * width * 3)
  for (let pixel = 0; pixel < height * width; pixel++) rgb.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel)
  const made = [studyInstanceUid, studyId, modelHash, preprocessHash]
  const sopInstanceUid = uidOf('capture', ...made, source, sha256, laterality ?? '')
  const short = (tag: string, value: number) => ({ tag, vr: 'US', value }) as const
  const sourceImage = [
    ...referenceItem({ sopClassUid, sopInstanceUid: source }),
    sequence('0040A170', [codeItem(['121322', 'DCM', 'Source image for image processing operation'])]),
  ]
  const bytes = writeDicom([
    ...commonModules(attributes, {
      sopClassUid: trueColorCapture,
      sopInstanceUid,
      modality: 'OT',
      modelHash,
      now,
      instanceNumber,
      seriesInstanceUid: uidOf('captures', ...made),
      seriesNumber: 9002,
      seriesDescription: 'Research: heatmaps of the network',
    }),
    { tag: '00080008', vr: 'CS', value: ['DERIVED', 'SECONDARY'] },
    text('00080064', 'CS', 'SYN'),
    text('00082111', 'ST', 'The region that the network saw, with its class activation map. Research use only.'),
    sequence('00082112', [sourceImage]),
    text('00180015', 'CS', 'BREAST'),
    text('00200020', 'CS', ''),
    ...(laterality === null ? [] : [text('00200062', 'CS', laterality)]),
    short('00280002', 3),
    text('00280004', 'CS', 'RGB'),
    short('00280006', 0),
    { tag: '00280008', vr: 'IS', value: 1 },
    short('00280010', height),
    short('00280011', width),
    short('00280100', 8),
    short('00280101', 8),
    short('00280102', 7),
    short('00280103', 0),
    text('00280301', 'CS', 'YES'),
    { tag: '7FE00010', vr: 'OB', value: rgb },
  ])
  return { kind: 'capture', sopInstanceUid, name: `SC-${imageId}.dcm`, studyId, bytes }
}
