/** Where the service writes what an operator may want to know. */
export type IngestionLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  details: Readonly<Record<string, unknown>>,
) => void;
