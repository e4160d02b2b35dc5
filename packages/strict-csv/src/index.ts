export { CsvError, type CsvErrorCode, type CsvErrorDetails } from './csv-error.ts'
export { type CsvCell, formatCsv } from './format-csv.ts'
export { type CsvTable, parseCsv } from './parse-csv.ts'
export {
  type CsvColumn,
  type CsvColumns,
  type CsvRow,
  type CsvValues,
  mapCsvRows,
  optionalColumn,
  type ParseCsvRowsOptions,
  parseCsvRows,
  requiredColumn,
} from './parse-csv-rows.ts'
export { parseCsvStream } from './parse-csv-stream.ts'
export type { CsvRecord, ParseCsvOptions } from './parse-records.ts'
