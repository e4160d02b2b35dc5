/** The thread of `decodeInThread` in Node: decodes the frames that it is sent, one at a time. */
import { parentPort } from 'node:worker_threads'
import { answerTask } from './decode-task.ts'

parentPort!.on('message', (task) => answerTask(task, (answer, transfer) => parentPort!.postMessage(answer, transfer)))
