// What the gate is measured against: a Worker that does nothing but hand the request on.
export default {
  fetch: (request, env) => env.BANK.fetch(request),
}
