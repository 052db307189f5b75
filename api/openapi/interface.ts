/** The OpenAPI documents as the table of other paths (api/server/other-paths.ts) asks for them. */
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import type { Authenticated } from '../../registry/generic/context.ts';

export interface OpenAPI {
  v2(request: Authenticated): MaybePromise<ApiResponse>;
  v3Index(): MaybePromise<ApiResponse>;
  /** `path` behind /openapi/v3/: `api/v1`, `apis/apps/v1`. */
  v3(path: string, request: Authenticated): MaybePromise<ApiResponse>;
}
