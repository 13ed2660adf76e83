/** What an operator sets, once it has been read and found whole (`config/parse.ts`). Types only. */
import type { Policy } from './decide/policy.ts'
import type { SigningOverride } from './dialects/signing/profile.ts'
import type { Route } from './evidence.ts'
import type { ConsentSettings } from './observe/consent/settings.ts'
import type { Quota } from './observe/quota/types.ts'
import type { ApplePolicy, AppPolicy, PlayApp } from './verify/attestation/types.ts'
import type { SignatureAlgorithm } from './verify/signed/types.ts'
import type { AnchorKey } from './verify/trust/sign-set.ts'

/** How the bank knows that a request came through the gate. */
export type OriginProof = 'service_binding' | 'mtls' | 'signature'

/** Where client certificates come from: one place, and for a proxy the proof that it is the proxy. */
export type CertificateSource =
  | { readonly kind: 'cloudflare' }
  | {
      /** A TLS-terminating proxy that sends RFC 9440 headers. */
      readonly kind: 'proxy'
      /** In the header Portcullis-Proxy-Secret. Undefined where the proxy proves itself by its own certificate. */
      readonly secret: string | undefined
      /** SHA-256 of the proxy's own certificates, lower-case hexadecimal. */
      readonly thumbprints: readonly string[]
    }

/** What is known beforehand of an organisation that signs. */
export interface Signer {
  /** As its certificate proves it. */
  readonly organisation: string
  /** Where its key set is; undefined: where the directory has it. */
  readonly keys: string | undefined
  /** How it may name itself in what it signs; empty: by its own id alone. */
  readonly issuers: readonly string[]
  /** Hosts from which it may name its certificates. */
  readonly hosts: readonly string[]
  /** Its `client_id`s, where a token stands for it and no certificate. */
  readonly clients: readonly string[]
}

/** Whose access tokens are taken, and how they are checked. */
export interface TokenIssuer {
  readonly issuer: string
  readonly keys: string
  readonly audiences: readonly string[]
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly type: 'at+jwt' | 'any'
  readonly claims: readonly string[]
  /** Whether a token that is bound to nothing is refused (RFC 8705, RFC 9449). */
  readonly bound: 'required' | 'optional'
}

/** RFC 7662. */
export interface Introspection {
  readonly url: string
  readonly bound: 'required' | 'optional'
  /** How long an active token is taken without asking again: for as long, a revoked one still passes. */
  readonly activeSeconds: number
}

/** Whose apps prove themselves, and how. Keys are among the secrets. */
export interface AppSettings extends Pick<AppPolicy, 'headers' | 'freshness'> {
  /** Undefined: the bank has no app on iOS. */
  readonly apple: AppleSettings | undefined
  readonly play: readonly PlaySettings[]
}

export interface AppleSettings extends Omit<ApplePolicy, 'anchors'> {
  /** Apple's App Attestation Root CA, in PEM. */
  readonly root: string
}

export type PlaySettings = Omit<PlayApp, 'decryptionKey' | 'verificationKey'>

export interface Config {
  /** In order: static segments before parameters, then the first. */
  readonly routes: readonly Route[]
  /** For what no route matched. */
  readonly fallback: Route
  readonly policy: Policy
  readonly origin: {
    /** Undefined: the service binding. */
    readonly url: string | undefined
    readonly proof: OriginProof
    readonly timeoutMs: number
  }
  readonly certificates: {
    readonly source: CertificateSource['kind']
    readonly proxyThumbprints: readonly string[]
    /** Authorities of the bank's own choice, PEM; empty where there are none. */
    readonly trustAnchors: string
    /** Who may sign the set of anchors in KV. */
    readonly anchorKeys: readonly AnchorKey[]
    /** How long the first request of a new certificate waits for its revocation; 0 passes it as unknown. */
    readonly revocationWaitMs: number
    /** The only hosts that are asked about revocations; undefined for all that trusted issuers name. */
    readonly revocationHosts: readonly string[] | undefined
  }
  readonly signing: {
    readonly signers: readonly Signer[]
    /** URL with `{organisation}` in it; undefined where there is none. */
    readonly directory: string | undefined
    /** By the id of the route: what its bank has differently from its standard. */
    readonly overrides: Readonly<Record<string, SigningOverride>>
  }
  readonly tokens: {
    readonly issuers: readonly TokenIssuer[]
    readonly introspection: Introspection | undefined
  }
  /** Declared agents (Web Bot Auth) by the host of their key directory, with the operator's name for each. */
  readonly agents: ReadonlyMap<string, string>
  /** Undefined: the bank has no apps that prove themselves. */
  readonly apps: AppSettings | undefined
  readonly consents: ConsentSettings
  /** Of third parties, over all that they ask. */
  readonly quotas: readonly Quota[]
  readonly ledger: {
    readonly jurisdiction: 'eu' | 'fedramp' | 'none'
    /** Objects that share all claimed keys. */
    readonly shards: number
    /** Objects that share all keys of one proven organisation. */
    readonly organisationShards: number
    /** What these numbers were, as long as anything may be kept where they led: for erasures alone. */
    readonly shardsBefore: readonly number[]
    readonly organisationShardsBefore: readonly number[]
    readonly budgetMs: number
  }
  readonly estate: {
    /** Objects that keep the picture of everybody. */
    readonly shards: number
    /** Objects between the isolates and these; 0 for none. */
    readonly leaves: number
  }
  readonly visibility: {
    /** The binding RISK, which lives in a room of its own (`config/read-risk.ts`). */
    readonly risk: Readonly<Record<string, unknown>>
    /** Share of answers that is held against the specification, on routes that want it. */
    readonly sample: number
  }
  readonly replay: {
    /** Objects that share all that is used once. */
    readonly shards: number
  }
  readonly journal: {
    readonly retentionHours: number
    readonly maxEntries: number
    /** Objects that share it. */
    readonly shards: number
    /** What that number was, as long as anything may be kept where it led. */
    readonly shardsBefore: readonly number[]
  }
}

export interface Secrets {
  /** HMAC master keys, the current one first. */
  readonly gateKeys: readonly { readonly id: string; readonly bytes: Uint8Array }[]
  readonly operatorToken: string
  /** What the proxy in front of the gate proves itself with; undefined where there is none. */
  readonly proxySecret: string | undefined
  /** Ed25519 private key (RFC 8037 JWK) that proves the gate to the bank. */
  readonly signatureKey: SignatureKey | undefined
  /** `id:secret` of the gate at the authorization server, for introspection; undefined where none is asked. */
  readonly introspectionCredentials: string | undefined
  /** Response encryption keys of Google Play, by package name. */
  readonly playKeys: ReadonlyMap<string, PlayKeys>
}

export interface PlayKeys {
  /** AES-256. */
  readonly decryption: Uint8Array
  /** DER of the SubjectPublicKeyInfo of a key on P-256. */
  readonly verification: Uint8Array
}

/** RFC 8037 section 2: an Ed25519 private key as JWK. */
export interface SignatureKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly d: string
  readonly kid: string
}

/** One mistake: what stands where, and what may stand there. Secrets are described, never shown. */
export interface Mistake {
  readonly binding: string
  readonly found: string
  readonly allowed: string
}

/** Names that live in other rooms, so that a typing error in a binding is found at the start and not at three in the morning. */
export interface Vocabulary {
  readonly dialects: readonly string[]
  /** Of every dialect, the profiles by which its requests may be signed, the usual one first. */
  readonly signing: Readonly<Record<string, readonly SigningKind[]>>
  readonly rules: readonly string[]
  /** Of these, those that hold whatever the policy says, and those that have a limit. */
  readonly fixed: readonly string[]
  readonly limited: readonly string[]
  readonly policy: Policy
}

/** What the configuration has to know of a profile. */
export interface SigningKind {
  readonly name: string
  /** Its keys are published by the organisations, so that somebody has to say where. */
  readonly published: boolean
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly secrets: Secrets }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }
