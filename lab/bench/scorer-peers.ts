/** Whom the scorer is held against: the same trees in C, and XGBoost itself. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { BenchModel } from './scorer-model.ts'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export interface Native {
  /** Nanoseconds a call. */
  time(calls: number): Promise<number>
  margins(): Float32Array
  stop(): void
}

/** Compiles and starts it on `model.bin` and `rows.f32` of the folder. Undefined where there is no gcc. */
export function startNative(folder: string): Native | undefined {
  const program = join(folder, 'forest')
  try {
    execFileSync('gcc', ['-O3', '-march=native', '-o', program, file('../native/forest.c')], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  const margins = join(folder, 'native.f32')
  const child: ChildProcess = spawn(program, [join(folder, 'model.bin'), join(folder, 'rows.f32'), margins], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('Cannot bench: no pipes to the native forest')
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  return {
    time: async (calls) => {
      stdin.write(`${calls}\n`)
      return Number((await answers.next()).value)
    },
    margins: () => floatsIn(margins),
    stop: () => {
      stdin.end()
    },
  }
}

export interface Reference {
  readonly margins: Float32Array
  readonly contributions: Float32Array
}

/** What XGBoost makes of some rows; undefined without Debian's python3-xgboost. */
export function xgboostReference(
  folder: string,
  { json }: BenchModel,
  rows: Float32Array,
): Reference | undefined {
  writeFileSync(join(folder, 'model.json'), json)
  writeFileSync(join(folder, 'some.f32'), rows)
  const options = ['--model', 'model.json', '--rows', 'some.f32', '--out', '.']
  try {
    execFileSync('/usr/bin/python3', [file('../../wasm/reference.py'), ...options], {
      cwd: folder,
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  return {
    margins: floatsIn(join(folder, 'margins.f32')),
    contributions: floatsIn(join(folder, 'contributions.f32')),
  }
}

function floatsIn(path: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(path)).buffer)
}
