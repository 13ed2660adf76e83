/** A thread that plays the campaigns it is given, one after the other. */
import { parentPort } from 'node:worker_threads'
import { thirdParties } from '../certificates.ts'
import { inOneBlock } from './rows.ts'
import { playWorld, type World } from './world.ts'

const THIRD_PARTIES = 9

const port = parentPort
if (port === null) throw new Error('thread.ts is a thread of the training')
const parties = thirdParties(THIRD_PARTIES)

port.on('message', (world: World) => {
  parties
    .then((known) => playWorld(world, known))
    .then(
      (played) => {
        const { rows, block } = inOneBlock(played.rows)
        port.postMessage({ ...played, rows }, [block])
      },
      (error: unknown) =>
        port.postMessage(error instanceof Error ? (error.stack ?? error.message) : 'failed'),
    )
})
