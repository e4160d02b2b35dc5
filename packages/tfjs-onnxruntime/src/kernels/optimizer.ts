/** Adam's update of a variable: one operator, expanded in the graph or computed by the host. */
import type { LoweringTable } from './lowering.ts'

export const optimizerKernels: LoweringTable = {
  /** variable, its first and second moments m and v, its gradient and scalars, of which the last two may be absent, to the three new values. */
  AdamUpdate(b, { variable, m, v, gradient, decay, rate, floor, shrink, take }, attrs: object) {
    const { beta2 } = attrs as { readonly beta2: number }
    return b.addAll('AdamUpdate', [variable, m, v, gradient, decay, rate, floor, shrink, take], {
      beta2: { float: beta2 },
    })
  },
}
