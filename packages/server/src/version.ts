/** The version in `/hello` and the OpenAPI document. A test keeps it equal to package.json. */
export const version = '0.0.0'
