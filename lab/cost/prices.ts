/**
 * Cloudflare's public price list, Workers Paid, in US dollars, without what is included in the plan. Read on the day that
 * it is dated: developers.cloudflare.com/workers/platform/pricing, /durable-objects/platform/pricing,
 * /analytics/analytics-engine/pricing. A figure of the list that is not used here is left out.
 */
export const PRICES = {
  priced: '2026-11-21',
  /** Per million. */
  worker_requests: 0.3,
  /** Per million milliseconds. */
  worker_cpu_ms: 0.02,
  /** Per million: HTTP requests, RPC calls and alarms. */
  do_requests: 0.15,
  /** Per million rows of SQLite. An alarm that is set is a row. */
  rows_written: 1,
  /** Per million data points of Analytics Engine. */
  data_points: 0.25,
  /** Per million GB-seconds; an object has 128 MB while it is in use. */
  do_gb_seconds: 12.5,
  /** Per GB and month, of SQLite. */
  stored_gb_month: 0.2,
} as const
