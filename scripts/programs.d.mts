export interface Program {
  readonly path: string
  readonly environment: Record<string, string | undefined>
}
export declare function provideProgram(
  name: 'nginx' | 'openssl',
  options?: { environment?: Record<string, string | undefined>; folders?: string[]; cache?: string },
): Promise<Program>
