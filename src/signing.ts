/**
 * Signed requests, tokens and agents, from configuration: what an isolate keeps (rules, keys, memory of tokens), and what
 * each request gets of it.
 */
import type { Config, Introspection, Mistake, Secrets, TokenIssuer, Vocabulary } from './config.ts'
import type { Dialect } from './dialects/dialect.ts'
import { SIGNING } from './dialects/signing/table.ts'
import type { Route } from './evidence.ts'
import type { Matcher } from './match/compile.ts'
import type { AgentTools } from './verify/agent.ts'
import type { CertificateTools } from './verify/certificate.ts'
import type { Fetch } from './verify/fetching.ts'
import { directorySource } from './verify/http-signatures/directory.ts'
import { accessTokenPolicy } from './verify/jose/access-token.ts'
import { FAPI2_PROOF } from './verify/jose/fapi.ts'
import type { Introspect } from './verify/jose/introspection.ts'
import { newTokenMemory, type TokenMemory } from './verify/jose/token-memory.ts'
import { type Keyring, newKeyring } from './verify/keys/keyring.ts'
import { type KeyRoom, organisationKeys, sourceKeys } from './verify/keys/resolver.ts'
import { type KeySources, keySources } from './verify/keys/sources.ts'
import type { KeySource } from './verify/keys/types.ts'
import { type FailureMemory, failureMemory } from './verify/signature/failures.ts'
import { type SigningRule, signingRule } from './verify/signature/rule.ts'
import { askServer } from './verify/tokens/ask-server.ts'
import type { TokenTools } from './verify/tokens/types.ts'
import type { SigningTools } from './verify/verify.ts'

/** What all requests of one isolate share. */
export interface SigningPremises {
  readonly rules: ReadonlyMap<string, SigningRule>
  readonly sources: KeySources
  readonly issuers: ReadonlyMap<string, readonly string[]>
  readonly clients: ReadonlyMap<string, string>
  readonly ring: Keyring
  readonly failures: FailureMemory
  readonly tokens: TokenMemory
}

type Made =
  | { readonly ok: true; readonly value: SigningPremises }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

export function signingPremises(config: Config, dialects: Readonly<Record<string, Dialect>>): Made {
  const mistakes: Mistake[] = []
  const rules = new Map<string, SigningRule>()
  for (const route of [...config.routes, config.fallback]) {
    const rule = ruleOf(route, config, dialects)
    if (rule === undefined) continue
    if (rule.ok) rules.set(route.id, rule.value)
    else mistakes.push({ binding: `ROUTES (${route.id})`, found: `signing: ${rule.reason}`, allowed: RULES })
  }
  const { signers, directory } = config.signing
  const made = keySources({
    organisations: Object.fromEntries(
      signers.flatMap(({ organisation, keys }) => (keys === undefined ? [] : [[organisation, keys]])),
    ),
    hosts: Object.fromEntries(signers.map(({ organisation, hosts }) => [organisation, hosts])),
    ...(directory === undefined ? {} : { directory }),
  })
  if (!made.ok) {
    mistakes.push(
      ...made.mistakes.map(({ kind, where }) => ({
        binding: 'SIGNERS',
        found: `${kind} at ${where}`,
        allowed: 'https URLs and host names',
      })),
    )
  }
  if (!made.ok || mistakes.length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    value: {
      rules,
      sources: made.sources,
      issuers: new Map(signers.map(({ organisation, issuers }) => [organisation, issuers])),
      clients: new Map(
        signers.flatMap(({ organisation, clients }) =>
          clients.map((client) => [client, organisation] as const),
        ),
      ),
      ring: newKeyring(),
      failures: failureMemory(),
      tokens: newTokenMemory({
        capacity: MAX_TOKENS,
        activeSeconds: config.tokens.introspection?.activeSeconds ?? 0,
        inactiveSeconds: INACTIVE_SECONDS,
      }),
    },
  }
}

/** For the configuration: by which profiles the requests of each dialect may be signed. */
export function signingKinds(dialects: Readonly<Record<string, Dialect>>): Vocabulary['signing'] {
  const kinds = Object.entries(dialects).map(([name, { signing }]) => [
    name,
    signing.map((profile) => ({ name: profile.name, published: profile.keys !== 'certificate' })),
  ])
  return Object.fromEntries(kinds)
}

/** For the matcher: which operations of a route are signed. */
export function operationsOf({ rules }: SigningPremises): Matcher['signedBy'] {
  return (route) => rules.get(route)?.operations
}

const RULES = 'something that is covered, a time that is limited, algorithms that the scheme knows'
const MAX_TOKENS = 8_192
/** What a guessed token costs its server: one question in so long. */
const INACTIVE_SECONDS = 60

function ruleOf(
  { id, dialect, signature, signing }: Route,
  { signing: { overrides } }: Config,
  dialects: Readonly<Record<string, Dialect>>,
): ReturnType<typeof signingRule> | undefined {
  if (signature === 'ignored') return undefined
  const profile = signing === undefined ? dialects[dialect]?.signing[0] : SIGNING[signing]
  return profile === undefined ? undefined : signingRule(profile, overrides[id] ?? {})
}

export function signingTools(
  premises: SigningPremises,
  room: KeyRoom,
  certificates: () => Promise<CertificateTools>,
): SigningTools {
  const { rules, sources, issuers, clients, failures } = premises
  return {
    ruleOf: (route) => rules.get(route),
    keysOf: (organisation) => organisationKeys(room, sources, organisation),
    isRegistered: sources.isRegistered,
    isIssuer: (organisation, issuer) => isIssuer(issuers.get(organisation) ?? [], organisation, issuer),
    organisationOf: (client) => clients.get(client),
    certificates,
    failures,
  }
}

/**
 * As the bank has registered it. Where nothing is registered, the directory's id has to stand in the certificate: it is
 * what is left of `PSDGB-OB-0015800001HQQrZAAX` behind the second hyphen, and behind the word `Unknown` that certificates
 * of the directory have there for a holder without a number of its authority.
 */
export function isIssuer(registered: readonly string[], organisation: string, issuer: string): boolean {
  if (registered.length > 0) return registered.includes(issuer)
  const [id = ''] = issuer.split('/')
  const own = organisation.replace(/^[^-]*-[^-]*-/, '')
  return id !== '' && [organisation, own, own.replace(/^Unknown/, '')].includes(id)
}

export interface TokenPremises {
  readonly config: Config
  readonly secrets: Secrets
  readonly signing: SigningPremises
}

export function tokenTools(
  { config: { tokens, consents }, secrets, signing }: TokenPremises,
  room: KeyRoom,
  fetch: Fetch,
): TokenTools | undefined {
  const { issuers, introspection } = tokens
  if (issuers.length === 0 && introspection === undefined) return undefined
  const { introspectionCredentials: credentials = '' } = secrets
  return {
    issuers: new Map(issuers.map((issuer) => [issuer.issuer, trusted(issuer, room)])),
    introspection:
      introspection === undefined
        ? undefined
        : {
            introspect: introspectWith(introspection, credentials, fetch),
            memory: signing.tokens,
            policy: { required: [], skewSeconds: SKEW_SECONDS, leewaySeconds: 0 },
            bound: introspection.bound,
          },
    dpop: FAPI2_PROOF,
    consentClaim: consents.tokenClaim,
  }
}

const SKEW_SECONDS = 10

function trusted(issuer: TokenIssuer, room: KeyRoom) {
  const { algorithms, audiences, type, claims, bound, keys } = issuer
  const source: KeySource = { url: keys, mediaTypes: MEDIA_TYPES, namedBy: 'kid' }
  return {
    policy: accessTokenPolicy({
      algorithms,
      issuers: [issuer.issuer],
      audiences,
      type,
      required: claims,
      skewSeconds: SKEW_SECONDS,
    }),
    bound,
    keys: () => sourceKeys(room, source),
  }
}

/** RFC 7517 section 8.5.2, and what servers send. */
const MEDIA_TYPES = ['application/json', 'application/jwk-set+json']

function introspectWith({ url }: Introspection, credentials: string, fetch: Fetch): Introspect {
  return (form) => askServer(form, { url, credentials, fetch })
}

/** The drafts ask for 24 hours at most. */
const AGENT_LIFETIME_SECONDS = 86_400

export function agentTools({ agents }: Config, room: KeyRoom): AgentTools | undefined {
  if (agents.size === 0) return undefined
  return {
    policy: { agents, skewSeconds: 60, maxLifetimeSeconds: AGENT_LIFETIME_SECONDS },
    keysOf: (host) => sourceKeys(room, directorySource(host, 'optional')),
  }
}
