import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planSampling } from '../../src/batches/sampling.ts'
import { DatasetError, type Sampling } from '../../src/index.ts'

const targets = Array.from({ length: 200 }, (_, row) => (row % 20 === 0 ? 1 : 0)) // 10 positives, 190 negatives
const countRows = (order: Int32Array) => {
  const counts = new Array<number>(targets.length).fill(0)
  for (const row of order) counts[row]!++
  return counts
}

describe('planSampling', () => {
  it('sequential gives the rows as they are, shuffle another permutation every epoch', () => {
    const rows = targets.map((_, row) => row)
    expect([...planSampling(targets, 'sequential', 8, 1).order(3)]).toEqual(rows)
    const shuffle = planSampling(targets, 'shuffle', 8, 1)
    const orders = [0, 1].map((epoch) => [...shuffle.order(epoch)])
    expect(orders[0]).not.toEqual(rows)
    expect(orders[0]).not.toEqual(orders[1])
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(rows)
  })

  it('every kind is a pure function of seed and epoch', () => {
    const kinds: Sampling[] = [
      'shuffle',
      { positiveFactor: 2.5 },
      { positiveFraction: 0.3 },
      { weights: targets },
      { positivesPerBatch: 2 },
    ]
    for (const kind of kinds) {
      const first = planSampling(targets, kind, 8, 7).order(4)
      const plan = planSampling(targets, kind, 8, 7)
      plan.order(9)
      expect(plan.order(4)).toEqual(first)
      expect(planSampling(targets, kind, 8, 8).order(4)).not.toEqual(first)
    }
  })

  it("positiveFactor 10 draws each negative once and each positive 10 times, where the reference's copies make 11", () => {
    const plan = planSampling(targets, { positiveFactor: 10 }, 8, 13)
    expect(plan.draws).toBe(190 + 100)
    expect(countRows(plan.order(2))).toEqual(targets.map((target) => (target ? 10 : 1)))
  })

  it('weights draw each row floor(w) or ceil(w) times, w on average within 0.1 over 100 epochs', () => {
    const weights = targets.map((_, row) => (row % 4) * 0.7)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const plan = planSampling(targets, { weights }, 8, 13)
    expect(plan.draws).toBe(Math.round(total))
    const sums = new Array<number>(targets.length).fill(0)
    for (let epoch = 0; epoch < 100; epoch++) {
      countRows(plan.order(epoch)).forEach((count, row) => {
        expect(count).toBeGreaterThanOrEqual(Math.floor(weights[row]!))
        expect(count).toBeLessThanOrEqual(Math.ceil(weights[row]!))
        sums[row]! += count
      })
    }
    const mean = sums.map((sum, row) => sum / 100 - weights[row]!).reduce((sum, delta) => sum + Math.abs(delta), 0)
    expect(mean / targets.length).toBeLessThan(0.1)
  })

  it('positivesPerBatch puts so many positives into every batch, the last too, and draws each negative once per epoch', () => {
    const plan = planSampling(targets, { positivesPerBatch: 2 }, 8, 13)
    expect(plan.draws).toBe(190 + 2 * Math.ceil(190 / 6))
    const drawn = new Array<number>(targets.length).fill(0)
    for (let epoch = 0; epoch < 5; epoch++) {
      const order = plan.order(epoch)
      expect(order).toHaveLength(plan.draws)
      for (let first = 0; first < order.length; first += 8) {
        const batch = order.subarray(first, first + 8)
        expect(batch.filter((row) => targets[row] === 1)).toHaveLength(2)
      }
      const counts = countRows(order)
      expect(counts.filter((count, row) => targets[row] === 0 && count !== 1)).toEqual([])
      for (const [row, count] of counts.entries()) drawn[row]! += count
    }
    const ofPositives = drawn.filter((_, row) => targets[row] === 1)
    expect(Math.max(...ofPositives) - Math.min(...ofPositives)).toBeLessThanOrEqual(1)
  })

  it.each([0, 8, 1.5])('refuses %d positives in a batch of 8', (positivesPerBatch) => {
    expect(() => planSampling(targets, { positivesPerBatch }, 8, 13)).toThrow('sampling.positivesPerBatch')
  })

  it('positiveFraction puts the same number of positives into every batch, and passes through all rows of a kind in turn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 24 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(),
        (batchSize, positiveFraction, seed) => {
          const plan = planSampling(targets, { positiveFraction }, batchSize, seed)
          const perBatch = Math.min(batchSize - 1, Math.max(1, Math.round(positiveFraction * batchSize)))
          expect(plan.draws).toBe(targets.length)
          const seen = new Array<number>(targets.length).fill(0)
          for (let epoch = 0; epoch < 4; epoch++) {
            const order = plan.order(epoch)
            for (let start = 0; start + batchSize <= order.length; start += batchSize) {
              const batch = [...order.subarray(start, start + batchSize)]
              expect(batch.filter((row) => targets[row]).length).toBe(perBatch)
              for (const row of batch) seen[row]!++
            }
          }
          if (targets.length % batchSize === 0) {
            for (const wanted of [0, 1]) {
              const counts = seen.filter((_, row) => targets[row] === wanted)
              expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
            }
          }
        },
      ),
    )
  })

  it.each<[Sampling, RegExp]>([
    [{ positiveFactor: 0 }, /a number above 0 for sampling.positiveFactor but received 0/],
    [{ positiveFraction: 1 }, /for sampling.positiveFraction but received 1/],
    [{ weights: [1] }, /200 numbers, one per row, for sampling.weights but received 1/],
    [{ weights: targets.map((_, row) => (row === 5 ? -1 : 1)) }, /for sampling.weights\[5\] but received -1/],
    [{ weights: targets.map(() => 0) }, /weights that sum to 1 at least for sampling but received 0/],
  ])('names what is wrong with %j', (sampling, message) => {
    expect(() => planSampling(targets, sampling, 8, 1)).toThrow(DatasetError)
    expect(() => planSampling(targets, sampling, 8, 1)).toThrow(message)
  })

  it('names the counts when positiveFraction finds one kind only', () => {
    expect(() => planSampling([0, 0, 0], { positiveFraction: 0.5 }, 2, 1)).toThrow(
      /received 0 positives and 3 negatives/,
    )
  })
})
