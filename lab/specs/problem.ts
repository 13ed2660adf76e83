/** What is wrong in a document. Nothing that is reported here stops the rest of it from being used. */
export type Severity = 'error' | 'warning'

export type ProblemRule = keyof typeof PROBLEMS

export interface Problem {
  readonly rule: ProblemRule
  /** `error`: something that the document means to refuse cannot be refused, or something is not checked at all. */
  readonly severity: Severity
  /** JSON pointer (RFC 6901) in the document. */
  readonly pointer: string
  /** In words, with as much of the document as is needed to find the place. */
  readonly detail: string
}

/** Every rule, with how much it matters. */
export const PROBLEMS = {
  file_unreadable: 'error',
  file_too_large: 'error',
  document_malformed: 'error',
  document_too_deep: 'error',
  version_unsupported: 'error',
  duplicate_member: 'error',
  document_invalid: 'warning',
  reference_unresolved: 'error',
  reference_refused: 'error',
  reference_siblings: 'warning',
  server_invalid: 'warning',
  path_malformed: 'error',
  path_ambiguous: 'error',
  path_with_query: 'error',
  path_parameters_joined: 'error',
  operation_duplicate: 'error',
  operation_id_duplicate: 'warning',
  operation_without_responses: 'warning',
  status_invalid: 'error',
  parameter_invalid: 'error',
  parameter_duplicate: 'warning',
  parameter_undeclared: 'warning',
  parameter_ignored: 'warning',
  style_unsupported: 'error',
  media_type_invalid: 'error',
  media_type_duplicate: 'warning',
  media_type_unchecked: 'warning',
  security_undefined: 'error',
  schema_malformed: 'error',
  schema_uncompilable: 'error',
  type_unknown: 'error',
  keyword_invalid: 'error',
  keyword_unknown: 'warning',
  keyword_unsupported: 'error',
  keyword_of_other_version: 'error',
  exclusive_of_other_version: 'warning',
  nullable_without_effect: 'warning',
  nullable_enum: 'warning',
  enum_duplicate: 'warning',
  enum_impossible: 'error',
  bounds_impossible: 'error',
  required_undeclared: 'warning',
  property_name_unsupported: 'error',
  format_unknown: 'warning',
  format_impossible: 'warning',
  pattern_invalid: 'error',
  pattern_not_unicode: 'warning',
  pattern_double_escaped: 'warning',
  pattern_unanchored: 'warning',
  pattern_catastrophic: 'warning',
  pattern_slow: 'warning',
  pattern_unchecked: 'error',
  discriminator_invalid: 'error',
  discriminator_contradicted: 'warning',
  problems_left_out: 'warning',
} as const satisfies Record<string, Severity>

/** A document that has more of one kind than this is known to have them. */
const MAX_OF_ONE_RULE = 100

export interface Problems {
  readonly list: readonly Problem[]
  add(rule: ProblemRule, pointer: string, detail: string): void
}

export function newProblems(): Problems {
  const list: Problem[] = []
  const seen = new Set<string>()
  const counts = new Map<ProblemRule, number>()
  return {
    get list() {
      return [...list, ...leftOut(counts)]
    },
    add(rule, pointer, detail) {
      const key = `${rule} ${pointer} ${detail}`
      if (seen.has(key)) return
      seen.add(key)
      const count = (counts.get(rule) ?? 0) + 1
      counts.set(rule, count)
      if (count <= MAX_OF_ONE_RULE) list.push({ rule, severity: PROBLEMS[rule], pointer, detail })
    },
  }
}

function leftOut(counts: ReadonlyMap<ProblemRule, number>): readonly Problem[] {
  return [...counts]
    .filter(([, count]) => count > MAX_OF_ONE_RULE)
    .map(([rule, count]) => ({
      rule: 'problems_left_out',
      severity: 'warning',
      pointer: '',
      detail: `${count - MAX_OF_ONE_RULE} more of ${rule}`,
    }))
}

/** Text from a document, for a detail. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
