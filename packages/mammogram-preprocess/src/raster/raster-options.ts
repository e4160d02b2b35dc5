/** What PNG, JPEG, TIFF and PGM files do not say of themselves. */
import { z } from 'zod'

/** Options of pictures without a header; what is not given is inferred, with a warning. */
export const rasterSchema = z.strictObject({
  polarity: z
    .enum(['MONOCHROME1', 'MONOCHROME2'])
    .optional()
    .describe('MONOCHROME2: the smallest value is black; none infers it'),
  bits: z.int().min(9).max(16).optional().describe('bits of the values in files of 16; none infers them'),
  color: z
    .enum(['refuse', 'luminance'])
    .optional()
    .describe('pictures whose channels differ are refused (default), or converted by the weights of ITU-R BT.601'),
})
