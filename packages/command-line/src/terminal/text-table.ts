/**
 * Lines of a table with a header, first column left, the others right.
 *
 * @example
 * formatTable(['subset', 'images'], [['train', 80], ['val', 20]])
 * // '  subset  images\n  train       80\n  val         20'
 */
export function formatTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  return cells
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    )
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n')
}
