/** Text values as the standard writes them, and as files do. */
import type { Attribute } from './attributes.ts'

/** What some writers give for a term. */
const synonyms: Readonly<Record<string, string>> = {
  LEFT: 'L',
  RIGHT: 'R',
  BOTH: 'B',
  LT: 'L',
  RT: 'R',
  'LEFT BREAST': 'L',
  'RIGHT BREAST': 'R',
  FEMALE: 'F',
  MALE: 'M',
  Y: 'YES',
  N: 'NO',
  'UTF-8': 'ISO_IR 192',
  'LATIN-1': 'ISO_IR 100',
}

/** A code string in upper case; the term that it is but for its spaces, hyphens and underscores, or stands for. */
export function termOf(text: string, terms: readonly string[] | undefined): string {
  const value = text.toUpperCase()
  if (terms === undefined || terms.includes(value)) return value
  const meant = terms.find((term) => letters(term) === letters(value))
  if (meant !== undefined) return meant
  const synonym = Object.hasOwn(synonyms, value) ? synonyms[value]! : value
  return terms.includes(synonym) ? synonym : value
}

function letters(text: string): string {
  return text.replace(/[ _-]/g, '')
}

const forms: Partial<Record<Attribute['vr'], RegExp>> = {
  UI: /^[0-9.]{1,64}$/,
  AS: /^\d{3}[DWMY]$/,
  // With points as in ACR-NEMA.
  DA: /^\d{4}(\.?)\d{2}\1\d{2}$/,
}

/** Whether a unique identifier, an age or a date has its form (PS3.5 Table 6.2-1); other texts have none. */
export function isWellFormed(text: string, vr: Attribute['vr']): boolean {
  return forms[vr]?.test(text) ?? true
}
