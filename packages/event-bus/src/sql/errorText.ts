/** An error's message and stack as PostgreSQL can store them: its text has no NUL, and an error's may. */
export function errorText({ message, stack }: Error): {
  readonly message: string;
  readonly stack: string | null;
} {
  const storable = (text: string) => text.replaceAll('\0', '');
  return { message: storable(message), stack: stack === undefined ? null : storable(stack) };
}
