/** An error's message and stack as PostgreSQL can store them: its text has no NUL and no half of a pair, an error's may. */
export function errorText({ message, stack }: Error): {
  readonly message: string;
  readonly stack: string | null;
} {
  const storable = (text: string) => Buffer.from(text.replaceAll('\0', '')).toString();
  return { message: storable(message), stack: stack === undefined ? null : storable(stack) };
}
