/**
 * Path validation (RFC 5280 section 6) over whatever was offered: depth first from the leaf, listed authorities before
 * others, until one path holds. The work is counted and ends with the budget, however many certificates were offered.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { type Budget, openBudget } from './budget.ts'
import { findIssuers, type Issuer, type Issuers } from './issuers.ts'
import { showName } from './names.ts'
import {
  findOwnFault,
  findStepFault,
  findStepNameFault,
  findStepSignatureFault,
  isSelfIssued,
  type Step,
} from './step.ts'
import type { Certificate, PathFault, PathQuestion, PathVerdict, TrustAnchor } from './types.ts'

/**
 * Whether a listed authority stands behind the leaf, at `at`, for the purpose asked.
 *
 * Pure: time and anchors are arguments. Nothing here knows revocation, nor what the leaf is to be used for beyond its
 * extended key usage. `anchors` should be the same array from question to question: it is indexed once.
 */
export async function validatePath(question: PathQuestion): Promise<PathVerdict> {
  const search = openSearch(question)
  const { leaf } = question
  const listed = search.issuers.listed(leaf)
  const fault = findOwnFault(leaf, listed === undefined ? (question.leafPlace ?? 'leaf') : 'anchor', question)
  if (fault !== undefined) search.note({ fault, certificate: leaf, depth: 0, weight: 1 })
  else if (listed !== undefined) return succeed([leaf], listed, search.budget)
  else if (!search.budget.spendComparisons(question.candidates.length)) search.exhaust(leaf)
  else {
    const found = await climb([leaf], search)
    if (found !== undefined) return succeed(found.path, found.anchor, search.budget)
  }
  return fail(search)
}

interface Search {
  readonly question: PathQuestion
  readonly issuers: Issuers
  readonly budget: Budget
  /** Signature checks done: two paths may share a step. */
  readonly checked: Map<string, PathFault | undefined>
  readonly furthest: () => Attempt
  readonly exhausted: () => boolean
  note(attempt: Attempt): void
  exhaust(certificate: Certificate): void
}

interface Attempt {
  readonly fault: PathFault
  readonly certificate: Certificate
  /** Certificates that had been found in order before it. */
  readonly depth: number
  /** Among attempts that came as far, one that says what is wrong with a certificate says more than a missing one. */
  readonly weight: 0 | 1
}

function openSearch(question: PathQuestion): Search {
  let furthest: Attempt = { fault: 'path_not_found', certificate: question.leaf, depth: 0, weight: 0 }
  let exhausted = false
  return {
    question,
    issuers: findIssuers(question),
    budget: openBudget(),
    checked: new Map(),
    furthest: () => furthest,
    exhausted: () => exhausted,
    note(attempt) {
      if (exhausted) return
      const further = attempt.depth - furthest.depth || attempt.weight - furthest.weight
      if (further > 0) furthest = attempt
    },
    exhaust(certificate) {
      furthest = { fault: 'path_work_exceeded', certificate, depth: 0, weight: 1 }
      exhausted = true
    },
  }
}

interface Found {
  readonly path: readonly Certificate[]
  readonly anchor: TrustAnchor
}

/** Recurses once for each intermediate: `MAX_INTERMEDIATES` bounds it. */
async function climb(below: readonly Certificate[], search: Search): Promise<Found | undefined> {
  const [leaf] = below
  const last = below.at(-1) ?? search.question.leaf
  const above = search.issuers.of(last).filter(({ certificate }) => !repeats(certificate, below))
  if (above.length === 0 && leaf !== undefined) {
    search.note({ fault: 'path_not_found', certificate: last, depth: below.length, weight: 0 })
  }
  for (const issuer of above) {
    if (!search.budget.spendComparisons(1)) search.exhaust(issuer.certificate)
    else if (await holds(below, issuer, search)) {
      const path = [...below, issuer.certificate]
      if (issuer.anchor !== undefined) return { path, anchor: issuer.anchor }
      const found = await climb(path, search)
      if (found !== undefined) return found
    }
    if (search.exhausted()) return undefined
  }
  return undefined
}

/** One authority twice, under one name with one key, is a circle. */
function repeats(issuer: Certificate, below: readonly Certificate[]): boolean {
  return below.some(
    (one) => sameBytes(one.spki, issuer.spki) && sameBytes(one.subject.der, issuer.subject.der),
  )
}

async function holds(below: readonly Certificate[], issuer: Issuer, search: Search): Promise<boolean> {
  const { certificate } = issuer
  const step: Step = {
    below,
    issuer: certificate,
    place: issuer.anchor === undefined ? 'intermediate' : placeOf(issuer.anchor),
  }
  const fault =
    findStepFault(step, search.question) ??
    (await signatureFault(below.at(-1) ?? search.question.leaf, certificate, search)) ??
    findStepNameFault(step, search.budget) ??
    (await listingFault(certificate, step.place, search))
  if (fault === undefined) return true
  if (fault === 'path_work_exceeded') search.exhaust(certificate)
  else search.note({ fault, certificate, depth: below.length, weight: 1 })
  return false
}

function placeOf({ entry }: TrustAnchor): 'anchor' | 'qualified_anchor' {
  return entry?.services.some(({ kind }) => kind === 'qualified') ? 'qualified_anchor' : 'anchor'
}

async function signatureFault(
  certificate: Certificate,
  issuer: Certificate,
  search: Search,
): Promise<PathFault | undefined> {
  const step = `${certificate.thumbprint} ${issuer.thumbprint}`
  if (search.checked.has(step)) return search.checked.get(step)
  if (!search.budget.spendSignature()) return 'path_work_exceeded'
  const fault = await findStepSignatureFault(certificate, issuer)
  search.checked.set(step, fault)
  return fault
}

/**
 * Section 4.2.1.1: whatever an authority issues says with which key, but for what signed itself. A listed certificate
 * that another key signed and that does not say so is one that nobody can place.
 */
async function listingFault(
  certificate: Certificate,
  place: Step['place'],
  search: Search,
): Promise<PathFault | undefined> {
  if (place !== 'anchor' || certificate.authorityKeyIdentifier !== undefined) return undefined
  if (isSelfIssued(certificate)) return undefined
  const fault = await signatureFault(certificate, certificate, search)
  return fault === undefined || fault === 'path_work_exceeded' ? fault : 'profile_violated'
}

function succeed(path: readonly Certificate[], anchor: TrustAnchor, budget: Budget): PathVerdict {
  const expiresAt = Math.min(...path.map(({ notAfter }) => notAfter))
  return { ok: true, path, anchor, expiresAt, steps: budget.signatures, comparisons: budget.comparisons }
}

function fail({ furthest, budget }: Search): PathVerdict {
  const { fault, certificate, depth } = furthest()
  const place = depth === 0 ? 'leaf' : `certificate ${depth} above the leaf`
  const detail = `${place}: ${showName(certificate.subject)}`
  return { ok: false, fault, detail, steps: budget.signatures, comparisons: budget.comparisons }
}
