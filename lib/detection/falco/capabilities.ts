/** What Falco documents as the least that its modern eBPF probe runs with. @internal */
export const CAPABILITIES: readonly string[] = ['BPF', 'PERFMON', 'SYS_PTRACE', 'SYS_RESOURCE'];
