/** Data flows one way: what each layer may import. @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'profile-and-controls-at-the-bottom', severity: 'error',
      from: { path: '^lib/(profile|controls)/' }, to: { path: '^lib/', pathNot: '^lib/(profile|controls)/' },
    },
    {
      name: 'domains-stand-alone', severity: 'error', comment: 'a domain folder imports profile, controls and the control-plane base, never another domain',
      from: { path: '^lib/(audit|encryption|access|network|nodes|workloads|admission|detection|recovery|registry)/' },
      to: { path: '^lib/(audit|encryption|access|network|nodes|workloads|admission|detection|recovery|registry|phi|assembly|validation|evidence)/', pathNot: '^lib/$1/' },
    },
    {
      name: 'phi-joins-the-domains', severity: 'error', comment: 'a PHI namespace is made of what the domains make; in an app without a profile it has validation judge what else stands in it, and it assembles no tree',
      from: { path: '^lib/phi/' }, to: { path: '^lib/(assembly|evidence)/' },
    },
    {
      name: 'validation-reads-objects', severity: 'error', comment: 'not the classes that made them',
      from: { path: '^lib/(validation|evidence)/' }, to: { path: '^lib/(phi|assembly)/' },
    },
    {
      name: 'foundations-of-the-domains', severity: 'error', comment: 'what several domains are made of knows none of them',
      from: { path: '^lib/(manifests|control-plane|iam|storage|logs|alarms)/' },
      to: { path: '^lib/', pathNot: '^lib/(profile|controls|manifests|control-plane|iam|storage|logs|alarms)/' },
    },
    {
      name: 'one-tool-a-file', severity: 'error', comment: 'apart from the entry point of everything',
      from: { path: '^lib/(profile|controls|validation|evidence)/' }, to: { path: 'node_modules/(cdk8s|cdk8s-plus-28|cdktf|@cdktf)/' },
    },
    {
      name: 'kubernetes-loads-no-cdktf', severity: 'error',
      from: { path: '^lib/kubernetes\\.ts$' }, to: { path: 'node_modules/(cdktf|@cdktf)/', reachable: true },
    },
    {
      name: 'terraform-loads-no-cdk8s', severity: 'error',
      from: { path: '^lib/terraform\\.ts$' }, to: { path: 'node_modules/(cdk8s|cdk8s-plus-28)/', reachable: true },
    },
    {
      name: 'library-needs-no-development-dependency', severity: 'error',
      from: { path: '^lib/' }, to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/(cdk8s|cdk8s-plus-28|cdktf|@cdktf|constructs)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
