/** result.json: what every file was taken for, and the answer for each image, breast and study. */
import { z } from 'zod'

/** Raised with every change after which a reader of the version before could misunderstand a file. */
export const resultVersion = 1

/** What every result says of its use. */
export const notice =
  'Research use only. Not a medical device: no decision about a patient may rest on this result, and a low probability excludes no cancer.'

const hash16 = z.string().regex(/^[0-9a-f]{16}$/)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const probability = z.number().min(0).max(1)
const text = z.string()
const nullableText = z.string().nullable()
const laterality = z.enum(['L', 'R'])

export const abstentionSchema = z
  .strictObject({
    code: z
      .enum(['not-admitted', 'unreadable', 'laterality-unknown', 'duplicate', 'no-image', 'breast-abstained'])
      .describe('why there is no answer, for a program'),
    check: nullableText.describe('for not-admitted the check of the admission table, such as intent or derived'),
    reason: text.describe('why there is no answer, for people'),
  })
  .describe('a reason for giving no answer')

const operatingPointSchema = z
  .strictObject({
    threshold: z.number().describe('of the network probability of a breast: at or above it, a breast is called'),
    probability: probability.describe('the same threshold as a calibrated probability'),
  })
  .describe('where a call begins; it was selected for breasts')

const call = z.enum(['suspicious', 'not-suspicious'])

const common = {
  operatingPoint: operatingPointSchema.nullable(),
  call: call.nullable(),
  warnings: z.array(text).describe('what is odd: those of mammogram-preprocess for images, those of this package'),
  abstention: abstentionSchema.nullable(),
  modelHash: text.describe('of the weights'),
  preprocessHash: text,
}

export const imageResultSchema = z.strictObject({
  imageId: hash16.describe('the first digits of sha256'),
  file: text.describe('path as it was given or found'),
  sha256,
  sopInstanceUid: nullableText,
  sopClassUid: nullableText,
  laterality: laterality.nullable(),
  view: nullableText,
  breastId: nullableText,
  probability: probability.nullable().describe('of the network for this image, not calibrated'),
  ...common,
  operatingPoint: z.null().describe('a threshold was selected for breasts, not for images'),
  call: z.null(),
  heatmap: nullableText.describe('what the network saw with a heatmap over it: a PNG, relative to result.json'),
  region: z
    .strictObject({
      method: text.describe('how the breast was found: yolov5, threshold or full-frame'),
      reason: text.describe('why not by the first of these; else empty'),
      box: z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
    })
    .nullable()
    .describe('what the network saw, in pixels of the frame'),
})

export const breastResultSchema = z.strictObject({
  breastId: text,
  laterality,
  imageIds: z.array(hash16).describe('of the images that it was answered from'),
  views: z.array(text).describe('of these images'),
  probability: probability.nullable().describe('calibrated where isCalibrated says so'),
  isCalibrated: z.boolean(),
  networkProbability: probability.nullable().describe('aggregated from its images, which the threshold is for'),
  ...common,
  heatmap: nullableText.describe('that of its image with the largest probability'),
})

export const studyResultSchema = z.strictObject({
  studyId: hash16.describe('a hash of patient and study'),
  patientId: nullableText,
  studyInstanceUid: nullableText,
  studyDate: nullableText,
  probability: probability.nullable().describe('the larger one of its breasts'),
  ...common,
  heatmap: nullableText.describe('that of the breast with the larger probability'),
  breasts: z.array(breastResultSchema),
  images: z.array(imageResultSchema),
})

/** Schema of result.json. */
export const resultSchema = z.strictObject({
  resultVersion: z.literal(resultVersion),
  notice: text,
  createdAt: z.iso.datetime().describe('the only value that depends on the clock'),
  mammokit: text.describe('version of study-service'),
  model: z.strictObject({
    source: z.enum(['run', 'file', 'demonstration']),
    name: text,
    checkpoint: text,
    modelHash: text.describe('of the weights'),
    fileSha256: sha256.nullable(),
    height: z.int().min(1),
    width: z.int().min(1),
    preprocessHash: text,
    aggregation: z.enum(['mean', 'max', 'min']).nullable(),
    calibration: z.enum(['none', 'platt', 'isotonic']).nullable(),
    site: nullableText.describe(
      'whose cases calibration and operating point were held against; null: those that selected the checkpoint',
    ),
    operatingPoint: operatingPointSchema.nullable(),
  }),
  summary: z.strictObject({
    files: z.int(),
    studies: z.int(),
    breasts: z.int(),
    breastsAnswered: z.int(),
    images: z.int(),
    imagesAnswered: z.int(),
    unreadable: z.int().describe('files and images that should be mammograms and cannot be read'),
  }),
  studies: z.array(studyResultSchema),
  otherFiles: z
    .array(
      z.strictObject({
        file: text,
        code: z.enum(['not-an-image', 'no-pixels', 'unreadable']),
        reason: text,
      }),
    )
    .describe('files that belong to no study'),
})

export type Abstention = z.output<typeof abstentionSchema>
/** Of one image in result.json. */
export type ImageResult = z.output<typeof imageResultSchema>
/** Of one breast in result.json. */
export type BreastResult = z.output<typeof breastResultSchema>
/** Of one study in result.json. */
export type StudyResult = z.output<typeof studyResultSchema>
/** Content of result.json. */
export type Result = z.output<typeof resultSchema>

/**
 * The schema as JSON Schema (draft 2020-12), as `result.schema.json` of this package has it.
 *
 * @example
 * resultJsonSchema().title // 'MammoKit result, version 1'
 */
export function resultJsonSchema(): Record<string, unknown> {
  const title = `MammoKit result, version ${resultVersion}`
  return { title, ...z.toJSONSchema(resultSchema) }
}
