/** Rows in the proportions of the RSNA training set: four or more images per patient, 2 % of them cancer, two sites. */
export interface ScreeningRow {
  readonly patientId: string
  readonly imageId: string
  readonly cancer: 0 | 1
  readonly columns: Readonly<Record<string, string>>
}

export function makeScreeningRows(patients: number, cancerEvery = 25): ScreeningRow[] {
  const rows: ScreeningRow[] = []
  for (let patient = 0; patient < patients; patient++) {
    const images = 4 + (patient % 7 === 0 ? 2 : 0) + (patient % 11 === 0 ? 1 : 0)
    const site = patient % 2 === 0 ? '1' : '2'
    for (let image = 0; image < images; image++) {
      const cancer = patient % cancerEvery === 3 && image < 2 + (patient % 3) ? 1 : 0
      rows.push({
        patientId: String(10_000 + patient),
        imageId: `${patient}-${image}`,
        cancer,
        columns: { cancer: String(cancer), site_id: site, density: site === '2' ? '' : 'ABCD'[patient % 4]! },
      })
    }
  }
  return rows
}
