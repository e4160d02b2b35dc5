/** predictions/<subset>/epoch-001.csv, a logit and a probability for each image, and epoch-001.json beside it, what they were made from. */
import { z } from 'zod'
import { augmentationsSchema } from './run-config.ts'

/** Schema of the name of a subset. */
export const subsetSchema = z.enum(['train', 'val', 'test'])

/** Name of a subset. */
export type Subset = z.output<typeof subsetSchema>

/** `epoch-007`; the number has three digits or more. */
export const checkpointNameSchema = z.string().regex(/^epoch-\d{3,}$/, 'expected a name such as epoch-001')

/** A SHA-256 in hexadecimal digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 of 64 hexadecimal digits')

/** The prediction of one image. */
export interface Prediction {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly view: string
  readonly target: 0 | 1
  readonly logit: number
  /** The logistic function of `logit`. */
  readonly probability: number
}

/** What the predictions of a file were made from. */
export const predictionSourceSchema = z.object({
  subset: subsetSchema,
  checkpoint: checkpointNameSchema,
  /** First 16 hexadecimal digits of the SHA-256 of the checkpoint's weights. */
  checkpointHash: z.string().min(1),
  preprocessHash: z.string().min(1),
  /** SHA-256 of splits.csv. */
  splitsSha256: z.string().min(1),
  /** SHA-256 over the ids of the images and the SHA-256 of the files they were made from. */
  dataSha256: z.string().min(1),
  /** Changed pictures of each image whose logits were averaged with its own; none where it is absent. */
  augmentations: augmentationsSchema.optional(),
  /** What the products of the network were computed in; float32 where it is absent. */
  precision: z.enum(['float16', 'bfloat16']).optional(),
  mammokit: z.string(),
})

/** What predictions were made from. */
export type PredictionSource = Readonly<z.output<typeof predictionSourceSchema>>

/** epoch-001.json: the source, and the hashes of the CSV file that it belongs to. */
export const predictionRecordSchema = predictionSourceSchema.extend({
  rows: z.int().min(1),
  /** SHA-256 over the rows' ids, laterality, view and label: the same for every checkpoint of a subset. */
  rowsSha256: sha256Schema,
  /** SHA-256 of the CSV file. */
  sha256: sha256Schema,
})

/** Which image a prediction is of, and what is known of that. */
export type ImageIdentity = Omit<Prediction, 'logit' | 'probability'>

/** A prediction file: its images and what they were made from. */
export interface Predictions extends Readonly<z.output<typeof predictionRecordSchema>> {
  /** In the order of the file; where the rows were known, one array for all files of them. */
  readonly identities: readonly ImageIdentity[]
  /** Of the same images. */
  readonly probabilities: Float64Array
  /** The same as objects, made when they are asked for. */
  readonly images: readonly Prediction[]
}
