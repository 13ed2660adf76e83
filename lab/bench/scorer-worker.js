// Runs the scorer in workerd as the gate does. The clock stands still in here: the bench times whole requests from
// outside, and takes off what a request without a call costs.
import { loadForest } from '../../src/score/forest.ts'
import scorer from '../../wasm/build/scorer.wasm'

let names
let rows
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
  '/model': async (request) => {
    const blob = new Uint8Array(await request.arrayBuffer())
    const loaded = loadForest(scorer, blob, names.features, names.classes)
    if (!loaded.ok) throw new Error(loaded.reason)
    forest = loaded.value
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
