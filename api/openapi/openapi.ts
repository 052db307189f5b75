/** Serves the OpenAPI documents. */
import { notFoundText } from '../endpoints/errors.ts';
import type { OpenAPI } from './interface.ts';

export function newOpenAPI(): OpenAPI {
  return { v2: notFoundText, v3Index: notFoundText, v3: notFoundText };
}
