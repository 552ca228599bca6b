/** Of each code: when it comes, and what to do about it. A sentence each; what is in code font is typed as it stands. */
export type ErrorEntries = Readonly<Record<`${string}.${string}`, readonly [when: string, todo: string]>>;
