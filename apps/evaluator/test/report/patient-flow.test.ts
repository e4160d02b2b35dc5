import type { LeftOutRow, ManifestRow, ProcessedRow } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { patientFlow } from '../../src/report/patient-flow.ts'

type Place = Pick<ProcessedRow, 'patientId' | 'imageId' | 'laterality' | 'subset' | 'cancer'>

const place = (
  patientId: string,
  imageId: string,
  laterality: 'L' | 'R',
  subset: Place['subset'],
  cancer: 0 | 1 = 0,
): Place => ({ patientId, imageId, laterality, subset, cancer })
const made = ({ patientId, imageId }: Pick<Place, 'patientId' | 'imageId'>, reason = '') =>
  ({ patientId, imageId, status: reason === '' ? 'ok' : 'failed', reason }) as ManifestRow
const refusal =
  'not-admitted: Expected FOR PRESENTATION (0008,0068) but received FOR PROCESSING. Set admission.intent to warn to admit it.'

test('accounts for every image that was listed', () => {
  const rows = [
    place('1', '10', 'L', 'train', 1),
    place('1', '11', 'R', 'train'),
    place('2', '12', 'L', 'val'),
    place('3', '13', 'L', 'test', 1),
    place('3', '14', 'L', 'test', 1),
    place('3', '15', 'R', 'test'),
  ]
  // Of patient 4, in the test set, nothing could be made; of patient 3 one image of a breast that has others.
  const failed = [place('4', '16', 'L', 'test'), place('3', '17', 'R', 'test')]
  const notSeen = place('5', '18', 'L', 'test')
  const leftOut = [
    ...failed.map((row) => ({ row, reason: 'failed', detail: '' })),
    { row: notSeen, reason: 'not-in-manifest', detail: '' },
  ] as LeftOutRow[]
  const unlabeled = [
    { patientId: '6', imageId: '19' },
    { patientId: '6', imageId: '20' },
  ]
  const manifest = [
    ...rows.map((row) => made(row)),
    made(failed[0]!, refusal),
    made(failed[1]!, 'truncated: the file ends early at byte 812'),
    made(unlabeled[0]!),
    made(unlabeled[1]!, refusal),
  ]
  const excluded = [{ reason: 'implant', images: 3, patients: 1 }]
  const flow = patientFlow({
    rows: rows as ProcessedRow[],
    leftOut,
    adjustments: { excluded },
    tested: 'test',
    manifest,
  })
  expect(flow).toEqual({
    seen: 10,
    excluded: [{ reason: 'implant', images: 3 }],
    refused: [
      { reason: 'not admitted: FOR PROCESSING', images: 2 },
      { reason: 'truncated', images: 1 },
    ],
    unplaced: 1,
    patients: 3,
    subsets: {
      train: { patients: 1, breasts: 2, images: 2, positives: 1 },
      val: { patients: 1, breasts: 1, images: 1, positives: 0 },
      test: { patients: 1, breasts: 2, images: 3, positives: 1 },
    },
    lostBreasts: 2,
  })
  const { seen, refused, unplaced, subsets } = flow
  const placed = Object.values(subsets).reduce((sum, { images }) => sum + images, 0)
  expect(refused.reduce((sum, { images }) => sum + images, 0) + unplaced + placed).toBe(seen)
})
