/** What holds where the organisation says nothing. */
import { DAY_MS, HOUR_MS } from '../../lib/durations.ts'
import type { RiskSettings } from './types.ts'

export const DEFAULT_SETTINGS: RiskSettings = {
  checks: {},
  own: [],
  severities: {
    possible: { plain: 'low', personal: 'low', financial: 'medium', secret: 'medium' },
    likely: { plain: 'low', personal: 'medium', financial: 'medium', secret: 'high' },
    certain: { plain: 'medium', personal: 'high', financial: 'high', secret: 'critical' },
  },
  access: {
    tpp: { plain: 'none', personal: 'token', financial: 'bound', secret: 'bound' },
    own: { plain: 'none', personal: 'token', financial: 'token', secret: 'token' },
    declared: { plain: 'none', personal: 'shared_secret', financial: 'token', secret: 'token' },
  },
  transport: {
    weakestTls: 'TLSv1.2',
    refusedCiphers: ['NULL', 'RC4', 'DES', 'EXPORT', 'MD5', 'anon'],
  },
  // A year's transactions of a busy account, and longer than any bank keeps them online.
  requests: { pageSize: 10_000, rangeDays: 4_000, urlHosts: undefined },
  nonProduction: ['dev', 'test', 'tst', 'stg', 'staging', 'uat', 'qa', 'sandbox', 'preprod'],
  endings: { goneMs: 2 * HOUR_MS, silenceMs: 14 * DAY_MS, silenceRequests: 50 },
}
