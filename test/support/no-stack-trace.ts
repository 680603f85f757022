/** In place of the one of cdktf and constructs: each token of cdktf keeps the stack of its making, for messages, and that takes a third of a synth where sources are mapped. */
export const captureStackTrace = (): string[] => [];
