/** Rules that a message may break. Stable for ever: records, counters and refusals name them. Types only. */

/**
 * What does not conform, in a word that never changes its meaning. Keywords of JSON Schema in snake case where one
 * decided; the rest is named here.
 */
export type ConformanceRule =
  | 'path_undeclared'
  | 'method_undeclared'
  | 'parameter_missing'
  | 'parameter_malformed' // not written in the declared style, or not UTF-8
  | 'parameter_repeated'
  | 'query_undeclared'
  | 'header_missing'
  | 'header_undeclared'
  | 'cookie_undeclared'
  | 'body_missing'
  | 'body_undeclared' // there is a body where none is declared
  | 'body_too_large'
  | 'body_too_deep'
  | 'body_duplicate_member'
  | 'body_malformed'
  | 'media_type_missing'
  | 'media_type_malformed'
  | 'media_type_undeclared'
  | 'charset_undeclared'
  | 'content_encoding_undeclared'
  | 'status_undeclared'
  | 'property_undeclared' // the schema is silent about it: it may pass, and is worth knowing
  | SchemaRule

export type SchemaRule =
  | 'type'
  | 'enum'
  | 'const'
  | 'format'
  | 'pattern'
  | 'length' // minLength, maxLength
  | 'range' // minimum, maximum and their exclusive forms
  | 'multiple_of'
  | 'items' // minItems, maxItems, contains
  | 'unique_items'
  | 'properties' // minProperties, maxProperties
  | 'property_names'
  | 'required'
  | 'dependent_required'
  | 'additional_properties'
  | 'one_of'
  | 'any_of'
  | 'not'
  | 'read_only' // in a request
  | 'write_only' // in a response
  | 'discriminator'
  | 'schema' // any other keyword
