export interface Program {
  readonly path: string
  readonly environment: Record<string, string | undefined>
}
export declare function findOrUnpackProgram(
  name: 'nginx' | 'openssl' | 'systemd-analyze',
  options?: { environment?: Record<string, string | undefined>; folders?: string[]; cache?: string },
): Promise<Program>
