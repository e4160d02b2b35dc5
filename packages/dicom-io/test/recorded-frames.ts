/** The frames in `fixtures/transfer-syntaxes.json`, and DICOM files of them. */
import { readFileSync } from 'node:fs'
import { buildDicom, type Elements, imageElements } from './build-dicom.ts'

export interface RecordedFrame {
  readonly name: string
  readonly transferSyntaxUid: string
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  readonly bits: number
  readonly photometricInterpretation: string
  readonly tolerance: number
  readonly frame: Uint8Array
  /** Undefined for a frame that is refused. */
  readonly samples: Uint8Array | Uint16Array | undefined
}

export function readRecordedFrames(): RecordedFrame[] {
  const records = JSON.parse(readFileSync(new URL('./fixtures/transfer-syntaxes.json', import.meta.url), 'utf8'))
  return records.map((record: Record<string, string> & { bits: number }) => {
    const samples = record.samples === null ? undefined : Uint8Array.from(Buffer.from(record.samples!, 'base64'))
    return {
      ...record,
      frame: Uint8Array.from(Buffer.from(record.frame!, 'base64')),
      samples: samples && record.bits > 8 ? new Uint16Array(samples.buffer) : samples,
    }
  })
}

export function recordedFile(frame: Omit<RecordedFrame, 'samples'>): Uint8Array {
  const elements: Elements = imageElements(frame.rows, frame.columns, {
    '00280002 US': [frame.samplesPerPixel],
    '00280004 CS': frame.photometricInterpretation,
    '00280006 US': [0],
    '00280100 US': [frame.bits > 8 ? 16 : 8],
    '00280101 US': [frame.bits],
    '00280102 US': [frame.bits - 1],
  })
  return buildDicom(elements, { transferSyntaxUid: frame.transferSyntaxUid, pixelData: [frame.frame] })
}
