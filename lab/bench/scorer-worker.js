// Runs the scorer in workerd as the gate does. The clock stands still in here: the bench times whole requests from
// outside, and takes off what a request without a call costs.
import { loadForest } from '../../src/score/forest.ts'
import scorer from '../../wasm/build/scorer.wasm'

let names
let rows
let blob
let forest

const HANDLERS = {
  '/names': async (request) => {
    names = await request.json()
  },
  '/rows': async (request) => {
    const values = new Float32Array(await request.arrayBuffer())
    const width = names.features.length
    rows = Array.from({ length: values.length / width }, (_, row) =>
      values.subarray(row * width, (row + 1) * width),
    )
  },
  '/blob': async (request) => {
    blob = new Uint8Array(await request.arrayBuffer())
  },
  '/model': () => {
    const loaded = loadForest(scorer, blob, names.features, names.classes)
    if (!loaded.ok) throw new Error(loaded.reason)
    forest = loaded.value
  },
  // As an isolate does when it begins: checks the model whole and activates it.
  '/load': (_, calls) => {
    for (let call = 0; call < calls; call++) loadForest(scorer, blob, names.features, names.classes)
  },
  '/contributions': (_, calls) => {
    const width = names.features.length + 1
    const found = new Float32Array(calls * names.classes.length * width)
    for (let row = 0; row < calls; row++) {
      forest.score(rows[row])
      for (let owner = 0; owner < names.classes.length; owner++) {
        const { bias, contributions } = forest.explain(owner)
        const at = (row * names.classes.length + owner) * width
        found.set(contributions, at)
        found[at + width - 1] = bias
      }
    }
    return new Response(found)
  },
  '/margins': () => {
    const margins = new Float32Array(rows.length * names.classes.length)
    rows.forEach((row, index) => {
      margins.set(forest.score(row), index * names.classes.length)
    })
    return new Response(margins)
  },
  '/score': (_, calls) => {
    let sum = 0
    for (let call = 0; call < calls; call++) sum += forest.score(rows[call % rows.length])[0]
    return new Response(String(sum))
  },
  '/explain': (_, calls) => {
    let sum = 0
    for (let call = 0; call < calls; call++) {
      forest.score(rows[call % rows.length])
      sum += forest.explain(call % names.classes.length).bias
    }
    return new Response(String(sum))
  },
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    return (
      (await HANDLERS[pathname](request, Number(searchParams.get('calls')))) ??
      new Response(null, { status: 204 })
    )
  },
}
