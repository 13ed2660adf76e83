/**
 * Checks of the organisation's own, written in CEL. They come from configuration, which is not code: an expression is
 * bounded in length, size, depth and steps, and can neither loop nor name anything but what is shown to it here.
 */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { condition, NOTHING } from './checks/kit.ts'
import { LISTED, type OperationView, viewOf } from './operation-view.ts'
import type { Check, OwnCheck } from './types.ts'

const MAX_CHARACTERS = 1_000
const MAX_NODES = 96
const MAX_DEPTH = 16
/** Each walks a list of at most `LISTED` elements: one inside another would be that many times that many. */
const WALKS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/** Regular expressions of JavaScript can take for ever over a short text. */
const REFUSED: ReadonlySet<string> = new Set(['matches'])

export type OwnCheckFault =
  | 'expression_too_long'
  | 'expression_malformed'
  | 'expression_mistyped'
  | 'expression_nested'
  | 'expression_refused'

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  limits: {
    maxAstNodes: MAX_NODES,
    maxDepth: MAX_DEPTH,
    maxListElements: LISTED,
    maxMapEntries: LISTED,
    maxCallArguments: 8,
  },
}).registerVariable({ name: 'operation', schema: schemaOf() })

/** An own check as a check like any other, or why it cannot be one. */
export function compileOwnCheck(own: OwnCheck): Outcome<Check, OwnCheckFault> {
  const expression = parse(own.when)
  if (!expression.ok) return expression
  const holds = expression.value
  return pass({
    id: own.id,
    title: own.title,
    owasp: own.owasp,
    remediation: own.remediation,
    sources: [],
    ending: 'gone',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: (subject, { at }) =>
      subject.key !== '' && holds({ operation: viewOf(subject, at) }) === true
        ? condition(own.likelihood)
        : NOTHING,
  })
}

function parse(text: string): Outcome<ParseResult, OwnCheckFault> {
  if (text.length > MAX_CHARACTERS) return fail('expression_too_long')
  let parsed: ParseResult
  try {
    parsed = environment.parse(text)
  } catch {
    return fail('expression_malformed')
  }
  const { valid, type } = parsed.check()
  if (!valid || type !== 'bool') return fail('expression_mistyped')
  const fault = faultIn(parsed.ast, 0)
  return fault === undefined ? pass(parsed) : fail(fault)
}

function faultIn(node: ASTNode, walks: number): OwnCheckFault | undefined {
  const name = node.op === 'rcall' || node.op === 'call' ? node.args[0] : ''
  if (REFUSED.has(name)) return 'expression_refused'
  const inside = WALKS.has(name) ? walks + 1 : walks
  if (inside > 1) return 'expression_nested'
  const receiver = node.op === 'rcall' ? node.args[1] : undefined
  for (const below of nodesIn(node.args)) {
    const fault = faultIn(below, below === receiver ? walks : inside)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Operands are nodes, texts, and lists of either. */
function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn)
  // The parser's own tree: what has an operator is a node.
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}

/** Types of CEL for what `viewOf` shows. */
function schemaOf(): Readonly<Record<keyof OperationView, string>> {
  return {
    key: 'string',
    method: 'string',
    path: 'string',
    api: 'string',
    version: 'string',
    owner: 'string',
    published: 'bool',
    deprecated: 'bool',
    older: 'bool',
    exposure: 'string',
    tags: 'list<string>',
    carries: 'list<string>',
    hosts: 'list<string>',
    channels: 'list<string>',
    organisations: 'list<string>',
    authentication: 'list<string>',
    accepted: 'list<string>',
    tls: 'list<string>',
    weaknesses: 'list<string>',
    codes: 'list<string>',
    departures: 'list<string>',
    hidden: 'list<string>',
    data: 'list<string>',
    signals: 'map<string, int>',
    requests: 'int',
    refused: 'int',
    served: 'int',
    client_errors: 'int',
    server_errors: 'int',
    sessions: 'int',
    first_seen_days: 'int',
    last_seen_days: 'int',
  }
}
