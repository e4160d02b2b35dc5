/** Order of a manifest's rows: numbers by value, everything else by code point, the same on every machine. */
export function byPatientAndImage(
  a: { readonly patientId: string; readonly imageId: string },
  b: { readonly patientId: string; readonly imageId: string },
): number {
  return compareIds(a.patientId, b.patientId) || compareIds(a.imageId, b.imageId)
}

function compareIds(a: string, b: string): number {
  const numeric = /^\d{1,15}$/.test(a) && /^\d{1,15}$/.test(b)
  if (numeric && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
