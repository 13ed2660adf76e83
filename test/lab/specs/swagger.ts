/** A Swagger 2.0 document with most of what only that version has. */
export const SWAGGER_2 = {
  swagger: '2.0',
  info: { title: 'Old API', version: '1.2' },
  host: 'api.bank.example',
  basePath: '/old/',
  consumes: ['application/json'],
  produces: ['application/json'],
  securityDefinitions: {
    basic: { type: 'basic' },
    key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
    oauth: {
      type: 'oauth2',
      flow: 'accessCode',
      authorizationUrl: 'https://a.example',
      tokenUrl: 'https://t.example',
      scopes: { read: 'r' },
    },
  },
  security: [{ oauth: ['read'] }],
  paths: {
    '/pets': {
      get: {
        operationId: 'list',
        parameters: [
          {
            name: 'tags',
            in: 'query',
            type: 'array',
            items: { type: 'string', enum: ['a', 'b'] },
            collectionFormat: 'pipes',
          },
          { name: 'ids', in: 'query', type: 'array', items: { type: 'integer' }, collectionFormat: 'multi' },
          { name: 'tabs', in: 'query', type: 'array', items: { type: 'number' }, collectionFormat: 'tsv' },
          {
            name: 'limit',
            in: 'query',
            type: 'integer',
            minimum: 1,
            maximum: 100,
            exclusiveMaximum: true,
            required: true,
          },
          { name: 'X-Trace', in: 'header', type: 'string', pattern: '^[a-f0-9]{8}$' },
        ],
        responses: {
          200: {
            description: 'ok',
            schema: { type: 'array', items: { $ref: '#/definitions/Pet' } },
            headers: { 'X-Total': { type: 'integer' } },
          },
          default: { description: 'no', schema: { $ref: '#/definitions/Error' } },
        },
      },
      post: {
        operationId: 'add',
        parameters: [{ name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } }],
        responses: { 201: { description: 'made' } },
      },
    },
    '/pets/{id}/photo': {
      parameters: [{ name: 'id', in: 'path', type: 'integer', format: 'int64', required: true }],
      post: {
        consumes: ['multipart/form-data'],
        security: [{ key: [] }, { basic: [] }],
        parameters: [
          { name: 'file', in: 'formData', type: 'file', required: true },
          { name: 'note', in: 'formData', type: 'string', maxLength: 5 },
        ],
        responses: { 204: { description: 'done' } },
      },
      put: {
        parameters: [{ name: 'size', in: 'formData', type: 'integer', required: true }],
        responses: { 204: { description: 'done' } },
      },
    },
  },
  definitions: {
    Pet: {
      type: 'object',
      discriminator: 'kind',
      required: ['kind', 'name'],
      properties: {
        kind: { type: 'string' },
        name: { type: 'string', 'x-nullable': true },
        id: { type: 'integer', readOnly: true },
      },
    },
    Cat: {
      allOf: [
        { $ref: '#/definitions/Pet' },
        { type: 'object', required: ['lives'], properties: { lives: { type: 'integer' } } },
      ],
    },
    Error: { type: 'object', properties: { code: { type: 'string' } }, additionalProperties: false },
  },
}
