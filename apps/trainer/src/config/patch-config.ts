/** Options of training on patches. */
import { type AugmentationOptions, assertAugmentationOptions } from '@mammokit/augmentation'
import { z } from 'zod'
import { count, fraction, text } from './values.ts'

export const patchSchema = z
  .strictObject({
    size: z.int().min(32).multipleOf(2).default(64).describe('side of a patch, pixels of the processed image'),
    perEpoch: count
      .nullable()
      .default(null)
      .describe('patches of an epoch; null: as many as there are training images'),
    malignant: fraction.default(0.5).describe('share of each batch that lies on a lesion of a breast with cancer'),
    benign: fraction
      .default(0.125)
      .describe('share that lies on a benign finding, where there are some; the rest lies on tissue without a lesion'),
    jitter: z.int().min(0).default(8).describe('largest shift of a patch from the middle of its lesion, pixels'),
    leaveOut: z
      .array(text)
      .default([])
      .describe(
        'labels of lesions, or their beginnings, that give no patches; where they are malignant, none is cut beside them',
      )
      .meta({ examples: [['microcalcifications', 'benign-calcification']] }),
    augmentation: z
      .looseObject({})
      .nullable()
      .default(null)
      .describe('of patches, as in the package augmentation; null: that of training.augmentation')
      .meta({ examples: [{ affine: { probability: 1, rotation: [-180, 180] } }] })
      .superRefine((options, context) => {
        try {
          assertAugmentationOptions((options ?? {}) as AugmentationOptions)
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message })
        }
      }),
  })
  .superRefine(({ size, jitter, malignant, benign }, context) => {
    if (2 * jitter >= size) {
      const message = `Expected less than half of size ${size}, so that a patch has the middle of its lesion, but received ${jitter}.`
      context.addIssue({ code: 'custom', path: ['jitter'], message })
    }
    if (malignant + benign > 1 + 1e-9) {
      const message = `Expected malignant and benign that sum to at most 1 but received ${malignant} and ${benign}.`
      context.addIssue({ code: 'custom', path: ['benign'], message })
    }
  })
