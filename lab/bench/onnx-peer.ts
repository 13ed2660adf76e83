/** The same trees in onnxruntime-web, one thread of WebAssembly in Node: workerd cannot run it at all. */
import { onnxOf } from './onnx.ts'

export interface OnnxPeer {
  /** Nanoseconds a call. */
  time(calls: number): Promise<number>
  margins(): Promise<Float32Array>
  stop(): Promise<void>
}

/** Undefined where the package is not installed. */
export async function startOnnx(
  blob: Uint8Array,
  rows: Float32Array,
  width: number,
): Promise<OnnxPeer | undefined> {
  const runtime = await import('onnxruntime-web').catch(() => undefined)
  if (runtime === undefined) return undefined
  const { env, InferenceSession, Tensor } = runtime
  env.wasm.numThreads = 1
  env.logLevel = 'error'
  const session = await InferenceSession.create(onnxOf(blob), { executionProviders: ['wasm'] })
  const count = rows.length / width
  const run = async (row: number): Promise<Float32Array> => {
    const x = new Tensor('float32', rows.subarray(row * width, (row + 1) * width), [1, width])
    const { y } = await session.run({ x })
    // The output of a float tensor.
    return y?.data as Float32Array
  }
  return {
    async time(calls) {
      const start = performance.now()
      for (let call = 0; call < calls; call++) await run(call % count)
      return ((performance.now() - start) * 1e6) / calls
    },
    async margins() {
      const found: Float32Array[] = []
      for (let row = 0; row < count; row++) found.push((await run(row)).slice())
      return Float32Array.from(found.flatMap((margins) => [...margins]))
    },
    stop: () => session.release(),
  }
}
