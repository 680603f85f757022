import { FALCO_FOLDER, RULE_FILES } from './rules';

/** Port of Falco's health check, for the kubelet alone: the namespace's default deny closes it to everyone else. @internal */
export const HEALTH_PORT = 8765;

/** Where the container has the node's sockets and processes, as Falco's image expects it. @internal */
export const HOST_ROOT = '/host';

/**
 * falco.yaml, written as JSON, which is YAML: what is written is what is checked.
 *
 * Alerts go to standard output as JSON lines, which the log pipeline ships; every way that leaves the node is off. No file is fetched or watched: what Falco runs
 * with is what was reviewed.
 *
 * @internal
 */
export function falcoConfig(runtimeSocket: string): string {
  const off = { enabled: false };
  return `${JSON.stringify({
    // The image's own folder of configuration stays unread.
    config_files: [],
    watch_config_files: false,
    rules_files: [`${FALCO_FOLDER}/${RULE_FILES.lists}`, `${FALCO_FOLDER}/${RULE_FILES.rules}`],
    // One event may break several rules; with "first" one of them would hide the others.
    rule_matching: 'all',
    engine: { kind: 'modern_ebpf', modern_ebpf: { cpus_for_each_buffer: 2, buf_size_preset: 4, drop_failed_exit: false } },
    // Part of Falco's image: it names the pod and the namespace of a process, by asking the container runtime and nobody else.
    load_plugins: ['container'],
    plugins: [{
      name: 'container',
      library_path: 'libcontainer.so',
      init_config: {
        label_max_len: 100,
        with_size: false,
        hooks: ['create'],
        engines: { cri: { enabled: true, sockets: [runtimeSocket] }, docker: off, podman: off, containerd: off, lxc: off, libvirt_lxc: off, bpm: off },
      },
    }],
    priority: 'notice',
    time_format_iso_8601: true,
    json_output: true,
    json_include_output_property: true,
    json_include_tags_property: true,
    buffered_outputs: false,
    stdout_output: { enabled: true },
    syslog_output: off,
    file_output: off,
    http_output: off,
    program_output: off,
    webserver: { enabled: true, threadiness: 1, listen_port: HEALTH_PORT, listen_address: '0.0.0.0', k8s_healthz_endpoint: '/healthz', prometheus_metrics_enabled: false, ssl_enabled: false },
    log_stderr: true,
    log_syslog: false,
    log_level: 'info',
    // Events that were lost are an alert of their own: a flood is a way to hide.
    syscall_event_drops: { threshold: 0.1, actions: ['log', 'alert'], rate: 0.03333, max_burst: 1 },
  }, undefined, 2)}\n`;
}
