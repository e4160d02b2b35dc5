/** The options of the one preprocessing path, and the hash that stands for them wherever its images go. */
import type { BreastMaskOptions } from '@mammokit/roi-detector'
import { breastDetectorPath } from '@mammokit/roi-detector'
import { z } from 'zod'
import { hashModel } from '#hashing'
import { admissionSchema } from './admission/admission-options.ts'
import { describeIssues } from './describe-issues.ts'
import { PreprocessError } from './preprocess-error.ts'
import { rasterSchema } from './raster/raster-options.ts'

/** Raise it with every change of the code that changes a pixel: images made before and after must not mix. Then `npm run ship-model`. */
const algorithmVersion = 6

const share = z.number().min(0).max(1)

const schema = z.strictObject({
  /** Size of the result, pixels. */
  height: z.int().min(1).max(16_384).default(1024),
  width: z.int().min(1).max(16_384).default(512),
  /** VOI window of the header: its index, or its explanation; images without it are shown over their whole range. */
  window: z.union([z.int().min(0), z.string()]).default(0),
  /** What is done about images that are not what the network was trained on; changes no pixel, and is no part of the hash. */
  admission: admissionSchema.prefault({}),
  /**
   * Which frame of an image with several, counted from 0, or a projection of the stored values of all; without it such images are
   * refused.
   */
  frame: z.union([z.int().min(0), z.enum(['middle', 'maximum', 'mean'])]).optional(),
  /** What PNG, JPEG, TIFF and PGM files do not say of themselves; what is not given is inferred with a warning. */
  raster: rasterSchema
    .optional()
    // Nothing said is the same hash, however it is written.
    .transform((raster) => (Object.values(raster ?? {}).some((value) => value !== undefined) ? raster : undefined)),
  /**
   * How often a JPEG 2000 image is halved while it is decoded. 'auto' gives the detector the coarsest level that its
   * input needs, and takes the crop from the coarsest one that leaves it as many pixels as the result has. Other transfer
   * syntaxes are always decoded in full.
   */
  resolutionLevel: z.union([z.literal('auto'), z.int().min(0).max(5)]).default('auto'),
  /** Where the chain of methods starts. @default 'yolov5', or 'threshold' where the detector is null */
  method: z.enum(['yolov5', 'threshold', 'full-frame']).optional(),
  /** YOLOv5 model whose boxes are breasts, null for none; its bytes are part of the hash, its path is not. */
  detector: z
    .strictObject({
      /** Path of the ONNX file; 'breast-yolov5n' is the one that roi-detector ships. */
      model: z.string().min(1),
      /** SHA-256 of the file, hexadecimal: checked where it is given, else filled in. */
      sha256: z.hex().length(64).optional(),
      confidence: share.default(0.35),
      /** Least share of the frame that a box covers. */
      minArea: share.default(0.04),
    })
    .nullable()
    .prefault({ model: 'breast-yolov5n' }),
  /**
   * Millimeters between the pixels of the result, the same for every image, in place of the largest scale that fits: from the header's
   * pixel spacing. What is too large for the result at this scale is fitted, with a reason; without a spacing, with a warning.
   */
  mmPerPixel: z.number().positive().max(100).optional(),
  /** Space around the breast by the longer side of its box. */
  margin: share.default(0.01),
  blackenBackground: z.boolean().default(true),
  /** 'L' or 'R' mirrors every breast so that its chest wall lies there. */
  orientation: z.enum(['keep', 'L', 'R']).default('keep'),
  kernel: z.enum(['lanczos3', 'lanczos2', 'cubic', 'linear']).default('lanczos3'),
  /** Options of the threshold method. */
  mask: z
    .strictObject({
      analysisSize: z.int().min(64).default(1024),
      brightOutliers: z.number().min(0).max(0.5).default(0.005),
      openingRadius: z.number().min(0).max(0.1).default(0.008),
      skinReach: z.number().min(0).max(0.2).default(0.06),
      minArea: share.default(0.02),
      minScore: share.default(0.1),
    } satisfies Record<keyof BreastMaskOptions, z.ZodType>)
    .prefault({}),
})

/** Options of the preprocessing path; each has a default. */
export type PreprocessOptions = z.input<typeof schema>

type Method = 'yolov5' | 'threshold' | 'full-frame'
type Parsed = z.output<typeof schema>

/** The same with every default filled in. */
export type ResolvedPreprocessOptions = Omit<Parsed, 'method' | 'detector'> & {
  method: Method
  detector: (NonNullable<Parsed['detector']> & { sha256: string }) | null
}

/**
 * Fills in the defaults, and the SHA-256 of the detector.
 *
 * @throws PreprocessError `invalid-options` naming each wrong or unknown option, or a model that is not there or another one
 */
export function resolvePreprocessOptions(options: PreprocessOptions = {}): ResolvedPreprocessOptions {
  const parsed = schema.safeParse(options)
  if (!parsed.success) {
    const { issues } = parsed.error
    const faults = describeIssues(issues, options)
    const [expected, received] = (['expected', 'received'] as const).map((side) =>
      faults.map((fault) => fault[side]).join(', '),
    )
    throw new PreprocessError(
      'invalid-options',
      `Expected ${expected} but received ${received}. See the options in the README.`,
      { issues },
    )
  }
  const { detector, method = detector ? 'yolov5' : 'threshold' } = parsed.data
  if (method === 'yolov5' && !detector) {
    throw new PreprocessError(
      'invalid-options',
      'Expected a detector for method yolov5 but received none. Name its model.',
    )
  }
  // A detector that is not asked is no part of the hash.
  const asked = method === 'yolov5' && detector ? { ...detector, sha256: modelSha256(detector) } : null
  return { ...parsed.data, method, detector: asked }
}

/** Where the file of `detector.model` lies on this machine. */
export function detectorPath(model: string): string {
  return model === 'breast-yolov5n' ? breastDetectorPath() : model
}

function modelSha256({ model, sha256 }: NonNullable<Parsed['detector']>): string {
  let found: string
  try {
    found = hashModel(model)
  } catch (error) {
    if (error instanceof PreprocessError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new PreprocessError(
      'invalid-options',
      `Expected a model at ${model} for detector.model but received ${code}. Check the path.`,
      {
        model,
      },
    )
  }
  if (sha256 === undefined || sha256 === found) return found
  throw new PreprocessError(
    'invalid-options',
    `Expected the model with SHA-256 ${sha256} at ${model} but received ${found}. Images of two models must not mix.`,
    { model, expected: sha256, received: found },
  )
}

/** What the hash is made of: the options with their defaults and the detector's SHA-256, and the algorithm's version. */
export function hashedText({ detector, admission: _admission, ...others }: ResolvedPreprocessOptions): string {
  const { model: _, ...what } = detector ?? { model: '' }
  return `mammokit preprocess ${algorithmVersion}\n${canonicalJson(detector ? { ...others, detector: what } : others)}`
}

/** JSON with sorted keys, so that the order in which options were written does not matter. */
function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
