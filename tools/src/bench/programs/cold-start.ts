/** `node cold-start.js PROGRAM BACKEND`: makes a program and runs its first round in a process that has run nothing else; prints what that took as JSON. */
import '@tensorflow/tfjs-backend-wasm'
import { registerBackend } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { programs } from './all.ts'
import { startMeter } from './meter.ts'

const [name, backend] = process.argv.slice(2)
tf.enableProdMode()
await registerBackend()
await tf.setBackend(backend)
const meter = startMeter()
await programs.find((program) => program.name === name)!.create()()
console.log(JSON.stringify(meter()))
