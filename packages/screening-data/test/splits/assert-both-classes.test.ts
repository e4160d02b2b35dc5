import { describe, expect, it } from 'vitest'
import { assertBothClasses, describeMissingClass } from '../../src/index.ts'

describe('assertBothClasses', () => {
  it('passes a subset with images of both kinds and names the counts of another', () => {
    expect(assertBothClasses({ subset: 'train', images: 9, positives: 1 }, 'Add images.')).toBeUndefined()
    for (const positives of [0, 9]) {
      expect(() => assertBothClasses({ subset: 'train', images: 9, positives }, 'Add images.')).toThrow(
        `Expected images with and without cancer in train but received ${positives} with and ${9 - positives} without. Add images.`,
      )
    }
    expect(() => assertBothClasses({ subset: 'train', images: 0, positives: 0 }, 'Add images.')).toThrow(/0 with/)
  })
})

describe('describeMissingClass', () => {
  it('says which kind a subset lacks, and nothing of an empty one', () => {
    expect(describeMissingClass({ subset: 'val', images: 9, positives: 0 })).toBe('val has no image with cancer')
    expect(describeMissingClass({ subset: 'val', images: 9, positives: 9 })).toBe('val has no image without cancer')
    expect(describeMissingClass({ subset: 'val', images: 9, positives: 3 })).toBeUndefined()
    expect(describeMissingClass({ subset: 'test', images: 0, positives: 0 })).toBeUndefined()
  })
})
