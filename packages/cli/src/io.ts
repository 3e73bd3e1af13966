/** Where the command reads and writes: the process's own, or a test's. */
export interface CliIo {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** The working directory, for relative paths. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
