// The bank of the bench: a page, and a redirect for every login, as fast as a Worker can.
const PAGE = '<!doctype html><title>Log in</title>'
const HTML = { 'content-type': 'text/html; charset=utf-8', 'content-length': String(PAGE.length) }

export default {
  fetch: ({ method }) =>
    method === 'GET'
      ? new Response(PAGE, { headers: HTML })
      : new Response(null, { status: 303, headers: { location: '/account', 'content-length': '0' } }),
}
