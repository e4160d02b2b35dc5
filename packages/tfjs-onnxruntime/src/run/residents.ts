/** Values of variables that stay on a device between runs; shared by all executables, so that training and evaluation see the same values. */
import type * as tf from '@tensorflow/tfjs-core'
import { assertAlive, writeStorage } from '../memory/storage.ts'
import { type Device, type DeviceTensor, downloadTensors, uploadVariables } from './transfer.ts'

/** The session that created a tensor on a device, which must outlive it. */
export interface Owner {
  readonly device: Device
}

interface Resident extends DeviceTensor {
  readonly owner: Owner
  /** tfjs's data of the variable: different data means that the variable was assigned. */
  readonly dataId: tf.TensorInfo['dataId']
  /** Whether the device computed it, so that tfjs's data is older. */
  readonly isNewer: boolean
}

const residents = new WeakMap<tf.Variable, Resident>()

/** The values of variables on a device, in order; missing ones are copied to it together. */
export async function ensureOnDevice(owner: Owner, variables: readonly tf.Variable[]): Promise<DeviceTensor[]> {
  const { runtime } = owner.device
  const elsewhere = variables.filter((variable) => currentResident(variable)?.owner.device.runtime !== runtime)
  await downloadVariables(elsewhere)
  for (const variable of elsewhere) dropResident(variable)
  const uploaded = await uploadVariables(owner.device, elsewhere)
  for (const [i, variable] of elsewhere.entries()) setResident(variable, owner, uploaded[i], false)
  return variables.map((variable) => residents.get(variable)!)
}

/** Sets the value of a variable to a tensor that the device computed. */
export function keepOnDevice(owner: Owner, variable: tf.Variable, computed: DeviceTensor): void {
  setResident(variable, owner, computed, true)
}

/** Copies the values that a device computed to tfjs; they also stay on the device. */
export async function downloadVariables(variables: readonly tf.Variable[]): Promise<void> {
  const newer = variables.flatMap((variable) => {
    const resident = variable.isDisposed ? undefined : currentResident(variable)
    return resident?.isNewer ? [{ variable, resident }] : []
  })
  for (const owner of new Set(newer.map(({ resident }) => resident.owner))) {
    const own = newer.filter(({ resident }) => resident.owner === owner)
    const numbers = await downloadTensors(
      owner.device,
      own.map(({ resident }) => resident.tensor),
    )
    for (const [i, { variable, resident }] of own.entries()) {
      writeStorage(variable, numbers[i])
      residents.set(variable, { ...resident, dataId: variable.dataId, isNewer: false })
    }
  }
}

/** Frees the device's memory of a variable; of all owners, or of one. */
export function dropResident(variable: tf.Variable, owner?: Owner): void {
  const resident = residents.get(variable)
  if (resident === undefined || (owner !== undefined && resident.owner !== owner)) return
  resident.free()
  residents.delete(variable)
}

function currentResident(variable: tf.Variable): Resident | undefined {
  assertAlive(variable)
  const resident = residents.get(variable)
  if (resident === undefined || resident.dataId === variable.dataId) return resident
  dropResident(variable)
  return undefined
}

function setResident(variable: tf.Variable, owner: Owner, { tensor, free }: DeviceTensor, isNewer: boolean): void {
  dropResident(variable)
  residents.set(variable, { owner, tensor, free, dataId: variable.dataId, isNewer })
}
