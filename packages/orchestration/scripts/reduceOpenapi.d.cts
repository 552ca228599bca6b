/** The part of a Prefect server's OpenAPI document that the client speaks. */
export function reduceOpenapi(document: unknown): unknown;
