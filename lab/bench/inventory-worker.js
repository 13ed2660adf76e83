/** Matches and validates in a loop, as often as it is told: a Worker's clock stands still, so the loop is timed from outside. */
import { plain } from 'bench:plain'
import { bodies, paths, specification } from 'bench:specification'
import { conformanceOf, DEFAULT_SETTINGS } from '../../src/inventory/specs/conformance.ts'
import { newFindings } from '../../src/inventory/specs/findings.ts'
import { matcherFor } from '../../src/inventory/specs/match.ts'
import { checkValue } from '../../src/inventory/specs/request.ts'
import { outlinesOf } from '../../src/inventory/specs/undeclared.ts'

/** Shaped like a bank's: versions, resources, sub-resources, two methods each. */
function manyOperations() {
  const operations = []
  for (let at = 0; operations.length < 2_000; at++) {
    const path = `/open-banking/v${at % 4}.${at % 3}/area-${at % 17}/resource-${at}/{ResourceId}/part-${at % 5}`
    for (const method of ['GET', 'POST'])
      operations.push({ id: `${method} ${path}`, method, path, standing: 'current' })
  }
  return operations
}

const many = manyOperations()
const matchMany = matcherFor({ operations: many })
const manyPaths = many.map(({ path }, at) => path.replace('{ResourceId}', `${7919 * at}-ab`))
const { match, request } = conformanceOf(specification)
const checking = { specification, outlines: outlinesOf(specification.shapes) }
const encoder = new TextEncoder()
const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', accept: 'application/json' })
const cases = bodies.map(({ path, value, name }) => {
  const found = match('POST', path)
  const media = found.operation.body.content.find(({ kind }) => kind === 'json')
  const bytes = encoder.encode(JSON.stringify(value))
  return { name, found, media, value, bytes, plain: plain[name], text: JSON.stringify(value) }
})

let kept = 0

const LOOPS = {
  none: () => {},
  match_many: (times) => {
    for (let at = 0; at < times; at++)
      if (matchMany('GET', manyPaths[(at * 2) % 2_000]).kind === 'operation') kept++
  },
  miss_many: (times) => {
    for (let at = 0; at < times; at++)
      if (matchMany('GET', `${manyPaths[(at * 2) % 2_000]}/x`).kind !== 'operation') kept++
  },
  match_own: (times) => {
    for (let at = 0; at < times; at++)
      if (match('POST', paths[at % paths.length]).kind === 'operation') kept++
  },
  plain: (times, { plain: validate, value }) => {
    for (let at = 0; at < times; at++) if (validate(value)) kept++
  },
  ours: (times, { media, value }) => {
    for (let at = 0; at < times; at++) {
      const findings = newFindings('', 8)
      checkValue(checking, media, value, findings)
      if (findings.list.length === 0) kept++
    }
  },
  parse: (times, { text }) => {
    for (let at = 0; at < times; at++) if (JSON.parse(text) !== undefined) kept++
  },
  request: (times, { found, bytes }) => {
    for (let at = 0; at < times; at++) {
      const report = request(found, { method: 'POST', query: '', headers, body: bytes }, DEFAULT_SETTINGS)
      if (report.match.kind === 'operation') kept++
    }
  },
}

export default {
  fetch(incoming) {
    const { searchParams } = new URL(incoming.url)
    const times = Number(searchParams.get('times'))
    const one = cases.find(({ name }) => name === searchParams.get('body')) ?? cases[0]
    const before = kept
    LOOPS[searchParams.get('loop')](times, one)
    // A loop that found something else measured something else.
    const isRight = searchParams.get('loop') === 'none' || kept - before === times
    return new Response(null, { status: isRight ? 204 : 500 })
  },
}
