export declare function run(
  command: string,
  args: readonly string[],
  options?: { env?: Record<string, string | undefined>; cwd?: string; show?: boolean },
): Promise<{ code: number; output: string }>
