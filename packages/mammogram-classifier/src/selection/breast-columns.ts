import { type BreastGroups, groupByBreast } from '@mammokit/pf1-metric'
import type { ImageIdentity } from '@mammokit/training-run/schema'

/** The breasts of images, whatever is predicted of them. */
export interface BreastColumns {
  readonly groups: BreastGroups
  /** 0 or 1, of each breast. */
  readonly targets: Uint8Array
  readonly patients: readonly string[]
}

/** The same object for the same array, which must not change. @throws MetricError as `groupByBreast` */
export function columnsOf(identities: readonly ImageIdentity[]): BreastColumns {
  const earlier = known.get(identities)
  if (earlier) return earlier
  const groups = groupByBreast(identities)
  const columns = {
    groups,
    targets: Uint8Array.from(groups.breasts, ({ target }) => target),
    patients: groups.breasts.map(({ patientId }) => patientId),
  }
  known.set(identities, columns)
  return columns
}

/** The checkpoints of a selection predict the same images. */
const known = new WeakMap<readonly ImageIdentity[], BreastColumns>()
