/**
 * Judges the verdicts of Google Play ("Integrity verdicts"): first that they are about this request and this app, then
 * whether they are good enough. What Google did not evaluate is missing or says UNEVALUATED, and is never good enough.
 */
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { type JsonValue, parseJson } from '../../lib/json.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import { isObject } from '../jose/header.ts'
import type { IntegrityProblem, PlayApp, PlayBinding, PlayVerdicts } from './types.ts'

type Members = { readonly [name: string]: JsonValue }

export interface JudgedToken {
  readonly binding: PlayBinding
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  /** Until when the policy would take the token. */
  readonly until: number
  readonly verdicts: PlayVerdicts
}

export interface VerdictQuestion {
  readonly payload: Uint8Array
  readonly app: PlayApp
  /** base64url of the SHA-256 of what the app asked for: `client-data.ts`. */
  readonly requestHash: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

const LIMITS = { maxDepth: 8, maxLength: 8_192 }

export function judgeVerdicts(question: VerdictQuestion): Fact<JudgedToken, IntegrityProblem> {
  const { app, now } = question
  const payload = readPayload(question.payload)
  if (payload === undefined) return invalid('integrity_verdict_malformed')
  const { testingDetails } = payload
  if (testingDetails !== undefined && app.testResponses === 'refused')
    return invalid('integrity_test_response')
  const details = objectIn(payload, 'requestDetails')
  const issuedAt = readTime(details.timestampMillis)
  if (issuedAt === undefined) return invalid('integrity_verdict_malformed')
  if (details.requestPackageName !== app.packageName) return invalid('app_refused')
  const binding = readBinding(details, question)
  if (binding === undefined) return invalid('integrity_request_mismatch')
  const until = issuedAt + app.maxAgeSeconds * 1_000
  if (until < now) return invalid('integrity_token_stale')
  if (issuedAt > now + app.maxFutureSeconds * 1_000) return invalid('integrity_token_from_future')
  const verdicts = readVerdicts(payload)
  const fault = appFault(payload, app, verdicts) ?? deviceFault(app, verdicts)
  return fault === undefined ? valid({ binding, issuedAt, until, verdicts }) : invalid(fault)
}

function readPayload(payload: Uint8Array): Members | undefined {
  if (payload.length > LIMITS.maxLength) return undefined
  const text = decodeUtf8(payload)
  const parsed = text === undefined ? undefined : parseJson(text, LIMITS)
  return parsed?.ok && isObject(parsed.value) ? parsed.value : undefined
}

const NONE: Members = {}

function objectIn(members: Members, name: string): Members {
  const value = Object.hasOwn(members, name) ? members[name] : undefined
  return isObject(value) ? value : NONE
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** 64-bit numbers are text in Google's JSON. */
function readTime(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** Exactly one of the two, one that the policy takes, and it is this request's. */
function readBinding(details: Members, { app, requestHash }: VerdictQuestion): PlayBinding | undefined {
  const { nonce, requestHash: hash } = details
  if ((nonce === undefined) === (hash === undefined)) return undefined
  const binding = nonce === undefined ? 'request_hash' : 'nonce'
  const said = nonce ?? hash
  // Some encoders pad, and Google gives back what it was given.
  const same = typeof said === 'string' && said.replace(/=$/, '') === requestHash
  return same && app.bindings.includes(binding) ? binding : undefined
}

function readVerdicts(payload: Members): PlayVerdicts {
  const { appRecognitionVerdict: app, versionCode } = objectIn(payload, 'appIntegrity')
  const { appLicensingVerdict: licensing } = objectIn(payload, 'accountDetails')
  return {
    app: typeof app === 'string' ? app : '',
    device: textsIn(objectIn(payload, 'deviceIntegrity').deviceRecognitionVerdict),
    licensing: typeof licensing === 'string' ? licensing : undefined,
    versionCode: readTime(versionCode),
  }
}

function appFault(payload: Members, app: PlayApp, verdicts: PlayVerdicts): IntegrityProblem | undefined {
  if (!app.appVerdicts.includes(verdicts.app)) return 'app_unrecognised'
  const { packageName, certificateSha256Digest } = objectIn(payload, 'appIntegrity')
  if (packageName !== app.packageName) return 'app_refused'
  const digests = textsIn(certificateSha256Digest).map((digest) => digest.replace(/=$/, ''))
  if (!digests.some((digest) => app.certificateDigests.includes(digest))) return 'app_certificate_refused'
  const { minVersionCode, licensingVerdicts } = app
  if (minVersionCode !== undefined && !((verdicts.versionCode ?? -1) >= minVersionCode)) {
    return 'app_version_refused'
  }
  if (licensingVerdicts === undefined) return undefined
  return licensingVerdicts.includes(verdicts.licensing ?? '') ? undefined : 'app_unlicensed'
}

/** A device has all the labels that it meets; none at all where it shows signs of an attack. */
function deviceFault({ deviceVerdicts }: PlayApp, { device }: PlayVerdicts): IntegrityProblem | undefined {
  return deviceVerdicts.every((label) => device.includes(label)) ? undefined : 'device_refused'
}
