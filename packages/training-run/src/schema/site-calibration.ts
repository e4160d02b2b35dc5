/** sites/<name>/calibration-001.json: calibration and threshold of a run held against a site's own cases, and what they became. */
import { z } from 'zod'
import { calibrationFigures, calibrationSchema } from './calibration.ts'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'
import { sha256Schema } from './prediction.ts'
import { thresholdRuleSchema } from './selection.ts'

/** The site's breasts under a calibration and at a threshold. */
const stateSchema = z.object({
  calibration: calibrationSchema,
  ...calibrationFigures,
  threshold: z.number(),
  sensitivity: figureSchema,
  specificity: figureSchema,
  /** Share of breasts called. */
  recallRate: figureSchema,
})

/** Schema of the calibration for a site. */
export const siteCalibrationSchema = z.object({
  site: z.string(),
  checkpoint: z.string(),
  checkpointHash: z.string(),
  preprocessHash: z.string(),
  aggregation: aggregationSchema,
  patients: z.int(),
  breasts: z.int(),
  images: z.int(),
  positives: z.int(),
  rocAuc: figureSchema,
  /** `kept`: the calibration of selection.json; `shifted`: its log-odds moved as a whole; `platt`, `isotonic`: fitted anew. */
  update: z.enum(['kept', 'shifted', 'platt', 'isotonic']),
  calibration: calibrationSchema,
  /** Mean log loss of each update on patients that it was not fitted on. */
  updateLogLoss: z.object({
    kept: z.number(),
    shifted: z.number().optional(),
    platt: z.number().optional(),
    isotonic: z.number().optional(),
  }),
  /** Log loss before minus after, on patients that the update was not fitted on; without interval where it is kept. */
  gain: figureSchema,
  /** A breast at or above it is called; its probability before calibration is compared. */
  threshold: z.number(),
  /** How the threshold was chosen anew; null where it is that of selection.json. */
  thresholdRule: thresholdRuleSchema.nullable(),
  /** Of the threshold when it is chosen anew in each resample. */
  thresholdInterval: figureSchema.nullable(),
  before: stateSchema,
  /** On the cases that it was fitted on: `gain` says what it is worth on others. Null where nothing changed. */
  after: stateSchema.nullable(),
  bootstrap: bootstrapSchema,
  /** Of the selection of the run that was judged, or of the exported file; null of the other. */
  selectionSha256: sha256Schema.nullable(),
  modelSha256: sha256Schema.nullable(),
  /** Of the files that the images were made from. */
  dataSha256: z.string().min(1),
  mammokit: z.string(),
  /** SHA-256 of everything above. */
  contentSha256: sha256Schema,
})

/** Calibration for the cases of a site. */
export type SiteCalibration = z.output<typeof siteCalibrationSchema>
