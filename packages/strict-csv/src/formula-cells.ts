/**
 * Cells that a spreadsheet would execute or rewrite, written so that it shows them as text, and read back as they were.
 *
 * Reference: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection. An apostrophe before the cell is what
 * spreadsheets themselves take for "this is text".
 */

/** `=`, `+`, `-`, `@` and their full-width forms, also after spaces; a tab or line break first; any number of apostrophes before them. */
const executable = /^'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Puts an apostrophe before what would be executed, and before what looks as if that had been done; numbers stay as they are. */
export function neutralizeCell(cell: string): string {
  return executable.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell
}

/** Takes the apostrophe off that `neutralizeCell` put there: the inverse of it for every text. */
export function restoreCell(cell: string): string {
  return cell.startsWith("'") && executable.test(cell) ? cell.slice(1) : cell
}
