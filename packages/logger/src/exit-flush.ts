/** Loggers of this process that are not closed. One listener serves all: Node warns of many. */
const open = new Set<() => void>();

function onBeforeExit(): void {
  for (const flush of open) flush();
}

/** Calls `flush` whenever the process has nothing more to do. Returns what ends that. */
export function flushBeforeExit(flush: () => void): () => void {
  if (open.size === 0) process.on('beforeExit', onBeforeExit);
  open.add(flush);
  return () => {
    if (open.delete(flush) && open.size === 0) process.removeListener('beforeExit', onBeforeExit);
  };
}
