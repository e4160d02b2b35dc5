/** A breast as a Measurement Group (PS3.16 TID 1501), with the probability of cancer (TID 300) and the algorithm (TID 4019). */
import type { BreastResult } from '../result/result-schema.ts'
import { packageVersion } from '../version.ts'
import {
  type Code,
  codedValue,
  container,
  type Item,
  imageValue,
  numericValue,
  type SopReference,
  textValue,
  uidValue,
} from './content-item.ts'
import { uidOf } from './uid.ts'

const measurementGroup: Code = ['125007', 'DCM', 'Measurement Group']
const trackingIdentifier: Code = ['112039', 'DCM', 'Tracking Identifier']
const trackingUid: Code = ['112040', 'DCM', 'Tracking Unique Identifier']
const algorithmName: Code = ['111001', 'DCM', 'Algorithm Name']
const algorithmParameters: Code = ['111002', 'DCM', 'Algorithm Parameters']
const algorithmVersion: Code = ['111003', 'DCM', 'Algorithm Version']
const findingSite: Code = ['363698007', 'SCT', 'Finding Site']
const breast: Code = ['76752008', 'SCT', 'Breast']
const laterality: Code = ['272741003', 'SCT', 'Laterality']
const sides: Readonly<Record<'L' | 'R', Code>> = { L: ['7771000', 'SCT', 'Left'], R: ['24028007', 'SCT', 'Right'] }
const probabilityOfCancer: Code = ['111047', 'DCM', 'Probability of cancer']
const percent: Code = ['%', 'UCUM', 'Percent']
const sourceOfMeasurement: Code = ['121112', 'DCM', 'Source of Measurement']
export const comment: Code = ['121106', 'DCM', 'Comment']

/** @param images those that the breast was answered from */
export function breastGroup(
  studyInstanceUid: string,
  result: BreastResult,
  images: readonly SopReference[],
  aggregation: string,
): Item {
  const { probability, modelHash, preprocessHash, abstention, isCalibrated } = result
  const parameters = [
    `weights ${modelHash}`,
    `preprocessing ${preprocessHash}`,
    `${aggregation} of the images`,
    isCalibrated ? 'calibrated' : 'not calibrated',
  ]
  const sources = images.map((image) => imageValue('INFERRED FROM', sourceOfMeasurement, image))
  return container('CONTAINS', measurementGroup, [
    textValue('HAS OBS CONTEXT', trackingIdentifier, result.laterality === 'L' ? 'Left breast' : 'Right breast'),
    uidValue('HAS OBS CONTEXT', trackingUid, uidOf('breast', studyInstanceUid, result.breastId)),
    textValue('HAS CONCEPT MOD', algorithmName, 'MammoKit mammogram-classifier'),
    textValue('HAS CONCEPT MOD', algorithmVersion, packageVersion()),
    ...parameters.map((parameter) => textValue('HAS CONCEPT MOD', algorithmParameters, parameter)),
    codedValue('HAS CONCEPT MOD', findingSite, breast, [
      codedValue('HAS CONCEPT MOD', laterality, sides[result.laterality]),
    ]),
    // A number without a value (PS3.3 C.18.1) would say the same as a comment alone, and readers fail at it.
    ...(probability === null ? [] : [numericValue(probabilityOfCancer, toPercent(probability), percent, sources)]),
    ...(abstention ? [textValue('CONTAINS', comment, abstention.reason)] : []),
    ...callOf(result).map((sentence) => textValue('CONTAINS', comment, sentence)),
    ...result.warnings.map((warning) => textValue('CONTAINS', comment, `Warning: ${warning}`)),
  ])
}

function callOf({ call, operatingPoint }: BreastResult): string[] {
  if (call === null || operatingPoint === null) return []
  const called = call === 'suspicious' ? 'Suspicious' : 'Not suspicious'
  return [`${called} at the operating point of ${toPercent(operatingPoint.probability).toFixed(2)} %.`]
}

/** To a ten-thousandth of a percent, which a decimal string holds. */
const toPercent = (probability: number): number => Math.round(probability * 1e6) / 1e4
