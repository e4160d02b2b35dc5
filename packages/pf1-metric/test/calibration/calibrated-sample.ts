import { createRandom } from '@mammokit/seeded-random'

/** Two breasts a patient, whose log-odds are those of the chance of cancer, changed. */
export function calibratedSample(patients: number, change: (logOdds: number) => number, seed = 1) {
  const random = createRandom(seed, 'sample')
  const targets: number[] = []
  const logOdds: number[] = []
  const groups: string[] = []
  for (let patient = 0; patient < patients; patient++) {
    for (const _ of ['L', 'R']) {
      const truth = 1.5 * random.normal() - 2
      targets.push(Number(random.chance(1 / (1 + Math.exp(-truth)))))
      logOdds.push(change(truth))
      groups.push(`${patient}`)
    }
  }
  return [targets, logOdds, groups] as const
}
