/** predictions/<subset>/epoch-001.csv: a probability for each image, and the hashes of what it comes from. */
import { z } from 'zod'

export const subsetSchema = z.enum(['train', 'val', 'test'])

export type Subset = z.output<typeof subsetSchema>

/** A row as it stands in the file; its keys are the columns in their order. */
export const predictionRowSchema = z.object({
  image_id: z.string().min(1),
  patient_id: z.string().min(1),
  laterality: z.enum(['L', 'R']),
  view: z.string(),
  cancer: z.enum(['0', '1']),
  probability: z
    .string()
    .min(1)
    .transform(Number)
    .refine((value) => value >= 0 && value <= 1, 'expected a number from 0 to 1'),
  preprocess_hash: z.string().min(1),
  checkpoint_hash: z.string().min(1),
})

export interface Prediction {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly view: string
  readonly target: 0 | 1
  readonly probability: number
}

export interface Predictions {
  readonly preprocessHash: string
  /** First 16 hexadecimal digits of the SHA-256 of the checkpoint's weights. */
  readonly checkpointHash: string
  readonly rows: readonly Prediction[]
}
