import fc from 'fast-check'

/** Labels with at least one of each class, and probabilities with many ties. */
export const labeled = fc
  .array(
    fc.record({
      target: fc.constantFrom(0, 1),
      probability: fc.oneof(
        fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .filter((rows) => rows.some((row) => row.target === 0) && rows.some((row) => row.target === 1))
  .map((rows) => ({ targets: rows.map((row) => row.target), probabilities: rows.map((row) => row.probability) }))
