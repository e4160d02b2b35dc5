/** Options of what becomes of an image before a network sees it. */
import { rasterSchema } from '@mammokit/mammogram-preprocess/options'
import { z } from 'zod'

export const imageSchema = z.strictObject({
  height: z.int().min(32).default(1024).describe('height of a processed image, pixels'),
  width: z.int().min(32).default(512).describe('width of a processed image, pixels'),
  mean: z.number().default(0.449).describe("mean of gray in 0..1 (ImageNet's, averaged over its channels)"),
  std: z
    .number()
    .positive()
    .default(0.226)
    .describe("standard deviation of gray in 0..1 (ImageNet's, averaged over its channels)"),
})

/** Checked by mammogram-preprocess, which owns these options; the size of the result is that of `image`. */
export const preprocessSchema = z.looseObject({
  admission: z
    .record(z.string(), z.enum(['refuse', 'warn']))
    .optional()
    .describe('what is admitted beside 2-D mammograms for presentation; checks as in mammogram-preprocess')
    .meta({ examples: [{ intent: 'warn' }] }),
  frame: z
    .union([z.int().min(0), z.enum(['middle', 'maximum', 'mean'])])
    .optional()
    .describe('which frame of files with several, counted from 0, or a projection of all; none refuses them'),
  raster: rasterSchema
    .optional()
    .describe('what PNG, JPEG, TIFF and PGM files do not say of themselves; what is not given is inferred')
    .meta({ examples: [{ polarity: 'MONOCHROME2', bits: 12 }] }),
})

export const extractionSchema = z.strictObject({
  shard: z
    .string()
    .regex(/^(\d+\/\d+|auto(\/\d+)?)$/)
    .meta({ examples: ['0/8', 'auto', 'auto/8'] })
    .nullable()
    .default(null)
    .describe("part of the images, i/n with i from 0; auto reads Slurm's or Kubernetes' variables; null: all"),
  contactSheet: z
    .boolean()
    .default(false)
    .describe('write contact-sheet.html: fallbacks, lowest scores and a random sample'),
  detectionBatch: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('images per run of the detector; the result does not depend on it'),
})

export const sheetSchema = z.strictObject({
  file: z
    .string()
    .regex(/\.[Pp][Nn][Gg]$/)
    .meta({ examples: ['sheet.png'] })
    .nullable()
    .default(null)
    .describe('PNG file to write; null: processed/augmentation.png of the data folder'),
  images: z.int().min(1).max(64).default(6).describe('training images, a row each'),
  variants: z.int().min(1).max(32).default(7).describe('variants of each image, beside it as it is'),
})
