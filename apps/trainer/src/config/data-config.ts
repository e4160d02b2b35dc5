/** Options of the commands that bring a data set in: download, import, phantom, validate and split. */
import { dataSetNames } from '@mammokit/screening-data'
import { z } from 'zod'
import { count, fraction, seed, text } from './values.ts'

export const phantomSchema = z.strictObject({
  patients: count.default(40).describe('synthetic patients, four images each'),
  prevalence: fraction.default(0.1).describe('share of patients with cancer'),
  height: z.int().min(96).max(8192).default(4096).describe('height of the largest detector, pixels'),
  conspicuity: z.number().min(0).max(3).default(1.5).describe('contrast of the cancers; 0 makes them invisible'),
  look: z
    .enum(['plain', 'lifelike'])
    .default('plain')
    .describe('plain cancers are learned in minutes; lifelike ones are as hard to see as real ones'),
  seed: seed.describe('seed of the phantoms; the same seed writes the same bytes'),
})

export const downloadSchema = z.strictObject({
  competition: text
    .default('rsna-breast-cancer-detection')
    .describe("Kaggle competition, the last part of its page's address"),
  dataset: text.nullable().default(null).describe('Kaggle data set in place of a competition, as owner/name'),
  datasetVersion: count.nullable().default(null).describe('version of the data set; null: the newest'),
  files: z
    .union([text, z.array(text), z.null()])
    .default(null)
    .describe('part of the files, a pattern as in .gitignore or several, such as *.csv or 10006; none: all'),
  to: text.nullable().default(null).describe('folder that receives the files; none: raw/ of the data folder'),
  dryRun: z.boolean().default(false).describe('say sizes and free disk, and fetch nothing'),
  verify: z.boolean().default(false).describe('compare files that are there by their checksum, not by size alone'),
  connections: z.int().min(1).max(32).default(4).describe('requests at a time'),
  retries: z.int().min(0).max(100).default(8).describe('failures in a row, without a byte, before giving up'),
  endpoint: text.default('https://www.kaggle.com').describe('address of the API, for a mirror'),
})

/** Name of a published layout. */
export const layout = z.enum(dataSetNames).nullable().default(null)

export const importSchema = z.strictObject({
  source: text.nullable().default(null).describe('folder of the data set as it was published'),
  from: layout.describe('published data set whose layout the folder has; none: the one that is recognized'),
  masks: z.boolean().default(true).describe('read the masks of lesions for their boxes, where the set has masks'),
  strict: z.boolean().default(false).describe('fail where anything was left out or is odd'),
})

export const validationSchema = z.strictObject({
  contents: z
    .boolean()
    .default(false)
    .describe('read the files too: damage, copies, headers that contradict the table'),
})

export const splitSchema = z
  .strictObject({
    method: z
      .enum(['reference', 'submission', 'k-fold', 'published'])
      .default('reference')
      .describe(
        "subsets: train, val and test; submission has no test; with k-fold, split.fold is val; published is the set's own",
      ),
    publishedOverlap: z
      .enum(['refuse', 'drop'])
      .default('refuse')
      .describe('patients in several published subsets: an error, or left out'),
    seed: seed.describe('seed of the patient shuffle'),
    testFraction: fraction.default(0.33).describe('share of patients in test'),
    validationFraction: fraction.default(0.1).describe('share of the remaining patients in val'),
    stratifyBy: z
      .array(text)
      .default(['cancer'])
      .describe('columns of train.csv to stratify by')
      .meta({ examples: [['cancer'], ['cancer', 'site_id']] }),
    folds: z.int().min(0).default(5).describe('cross-validation folds outside test'),
    fold: z.int().min(0).default(0).describe('fold that is val with k-fold, counted from 0'),
  })
  .superRefine(({ method, folds, fold }, context) => {
    if (method !== 'k-fold' || fold < folds) return
    const message = `a fold below ${folds}, the number of folds,`
    context.addIssue({ code: 'custom', path: ['fold'], message })
  })
