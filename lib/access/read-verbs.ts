/** Verbs that change nothing. */
export const READ: readonly string[] = ['get', 'list', 'watch'];
