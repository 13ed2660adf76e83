/** The scorer's module for Node: the laboratory, tests and tools. A Worker imports the file instead. */
import { readFileSync } from 'node:fs'

/** Workers' types say, rightly, that a Worker cannot compile WebAssembly. Node can. */
const { Module } = WebAssembly as unknown as { Module: new (bytes: Uint8Array) => WebAssembly.Module }

export function scorerModule(): WebAssembly.Module {
  return new Module(readFileSync(new URL('build/scorer.wasm', import.meta.url)))
}
