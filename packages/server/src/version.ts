/** The version of this package, as `/hello` and the OpenAPI document say it. Kept equal to package.json by a test. */
export const version = '0.0.0'
