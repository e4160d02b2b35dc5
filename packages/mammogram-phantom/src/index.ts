export type { BenignType, FindingType, MalignantType } from './finding.ts'
export { PhantomError } from './phantom-error.ts'
export type { Look } from './phantom-look.ts'
export { type PhantomImage, type PhantomSpec, renderPhantom } from './render-phantom.ts'
export { type FilmScan, type FilmScanOptions, type FilmSource, scanFilm } from './scan-film.ts'
export {
  type PhantomDatasetConfig,
  type PhantomProgress,
  type PhantomSummary,
  writePhantomDataset,
} from './write-phantom-dataset.ts'
