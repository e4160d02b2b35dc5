/** test.json: the figures of the selected checkpoint and threshold on the test set, and which test of test-history.jsonl they are. */
import { z } from 'zod'
import { calibrationFigures, calibrationSchema } from './calibration.ts'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'
import { sha256Schema } from './prediction.ts'
import { augmentationsSchema, combinationSchema } from './run-config.ts'

const count = z.int().min(0)

const unitFigures = {
  rocAuc: figureSchema,
  averagePrecision: figureSchema,
  pf1: figureSchema,
  pf1AtThreshold: figureSchema,
  sensitivity: figureSchema,
  specificity: figureSchema,
  /** Of this set's own prevalence, as npv. */
  ppv: figureSchema,
  npv: figureSchema,
}

export const testedSubsetSchema = z.enum(['val', 'test'])

/** A subset that may be tested. */
export type TestedSubset = z.output<typeof testedSubsetSchema>

/** Schema of test.json. */
export const testResultSchema = z.object({
  subset: testedSubsetSchema,
  /** Of a test on the cases of another place: its name, and the share of the images with each value there and in a set of the run. */
  external: z
    .object({
      name: z.string(),
      against: testedSubsetSchema,
      caseMix: z.array(z.object({ column: z.string(), value: z.string(), external: z.number(), internal: z.number() })),
    })
    .optional(),
  /** Of an ensemble: what it is worth beside each of its networks alone, without augmentation. */
  ensemble: z
    .object({
      combine: combinationSchema,
      augmentations: augmentationsSchema,
      members: z.array(
        z.object({
          name: z.string(),
          checkpoint: z.string(),
          rocAuc: figureSchema,
          /** The ensemble's ROC area minus that of the network, on the same resamples of patients. */
          difference: figureSchema,
        }),
      ),
    })
    .optional(),
  checkpoint: z.string(),
  epoch: z.int(),
  threshold: z.number(),
  aggregation: aggregationSchema,
  patients: count,
  breasts: count,
  images: count,
  positives: count,
  ...unitFigures,
  sensitivityAtSpecificity90: figureSchema,
  sensitivityAtSpecificity95: figureSchema,
  specificityAtSensitivity90: figureSchema,
  ...calibrationFigures,
  calibration: calibrationSchema,
  /** The same figures after this calibration, which was fitted on the set that selected; null where it changes nothing. */
  calibrated: z.object(calibrationFigures).nullable(),
  confusion: z.object({ truePositives: count, falsePositives: count, trueNegatives: count, falseNegatives: count }),
  /** Net benefit of calibrated probabilities, and of calling every breast, at this set's own prevalence. */
  decisionCurve: z.array(z.object({ threshold: z.number(), model: z.number(), callAll: z.number() })),
  /** The same calls by image and by patient, whose probability is that of the more suspicious breast. */
  levels: z.object({
    image: z.object({ units: count, ...unitFigures }),
    patient: z.object({
      units: count,
      ...unitFigures,
      /** Share of the patients that are called, and that are called on the breast that has the cancer. */
      recallRate: figureSchema,
      detectionRate: figureSchema,
      /** Patients with cancer who are called by a healthy breast alone: in the sensitivity of patients, not in the detection rate. */
      wrongBreastOnly: count,
    }),
  }),
  /** What the network is held against. */
  baselines: z.object({
    /** F1 of calling every breast positive. */
    callAllF1: z.number(),
    /** ROC area of age alone. */
    age: figureSchema,
    /** Of a model of what is known before the image is read, fitted on the training images, and the network's area minus its; null without such columns. */
    metadata: z.object({ columns: z.array(z.string()), rocAuc: figureSchema, difference: figureSchema }).nullable(),
    /** The network's ROC area over pairs of one machine, and of one age band. */
    within: z.array(z.object({ column: z.string(), rocAuc: z.number().nullable(), pairs: count, strata: count })),
  }),
  subgroups: z.array(
    z.object({
      column: z.string(),
      value: z.string(),
      breasts: count,
      positives: count,
      pf1AtThreshold: figureSchema,
      rocAuc: figureSchema,
      sensitivity: figureSchema,
      specificity: figureSchema,
    }),
  ),
  /** Whether calls are right as often in all known groups of a column, by permutation of patients; adjusted for all columns after Holm. */
  subgroupTests: z.array(
    z.object({
      column: z.string(),
      compares: z.enum(['both', 'sensitivity']),
      pValue: z.number(),
      adjusted: z.number(),
    }),
  ),
  bootstrap: bootstrapSchema,
  preprocessHash: z.string(),
  splitsSha256: z.string(),
  rowsSha256: sha256Schema,
  /** Of the prediction file that was tested, and of the one that checkpoint and threshold were selected by. */
  predictionsSha256: sha256Schema,
  selectionPredictionsSha256: sha256Schema,
  checkpointHash: z.string(),
  mammokit: z.string(),
  /** Its place in test-history.jsonl: its number, from 1, the hash of the tests before it without their times, and the hash of all this. */
  history: z.object({ test: z.int().min(1), earlier: sha256Schema.nullable(), sha256: sha256Schema }),
})

/** Content of test.json. */
export type TestResult = z.output<typeof testResultSchema>
