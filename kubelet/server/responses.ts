/** Answers of the kubelet's API. */
import type { ApiResponse } from '../../apimachinery/http.ts';

const encoder = new TextEncoder();

export const text = (status: number, body: string, contentType = 'text/plain; charset=utf-8'): ApiResponse => ({ status, headers: { 'Content-Type': contentType }, body: { kind: 'bytes', bytes: encoder.encode(body) } });
export const json = (value: unknown): ApiResponse => text(200, JSON.stringify(value), 'application/json');

/** An error whose text the caller is shown with a status. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** Answers with the error instead of failing. */
export async function answering(run: () => Promise<ApiResponse>): Promise<ApiResponse> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HttpError) return text(error.status, error.message);
    return text(500, `${error instanceof Error ? error.message : String(error)}`);
  }
}
