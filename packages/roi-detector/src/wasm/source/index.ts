export { brighterThan } from './brighter-than'
export { dilate } from './dilate'
export { sumColumns, sumRows, widenRow } from './resample'
export { shrinkRow } from './shrink-row'
