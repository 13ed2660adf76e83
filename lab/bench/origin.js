// The bank of the bench: answers every login with a redirect, as fast as a Worker can.
export default {
  fetch: () => new Response(null, { status: 303, headers: { location: '/account', 'content-length': '0' } }),
}
