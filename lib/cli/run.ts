import { Command, CommanderError, Option } from 'commander';
import { libraryVersion } from '../gate/library-version';
import { visible } from '../gate/report/visible';
import { HipaaError } from '../profile/errors';
import type * as Check from './check';
import type { CheckOptions } from './check';
import type { CliIo } from './cli-io';
import { ExitCode } from './exit-code';
import type * as GatorSuites from './gator-suites';
import type * as Rules from './rules';
import { names } from './names';

/** Longer than a list of all rules. */
const LONGEST = 8000;

const EXIT_CODES = `
Exit status:
  0  clean: something was looked at, and nothing is wrong with it
  1  violations
  2  could not check: a document that can't be read, a rule that fails, a setting that is wrong; also where there are violations beside it`;

const CHECK_HELP = `
PHI namespaces are those that --phi-namespaces or the configuration names, and those whose Namespace in the input has the label that says so.
${EXIT_CODES}

Examples:
  $ cdk8s-hipaa check dist/ --phi-namespaces healthcare-prod --approved-registries registry.example.com
  $ helm template ./chart | cdk8s-hipaa check - --namespace healthcare-prod --phi-namespaces healthcare-prod
  $ kustomize build overlays/prod | cdk8s-hipaa check - --format json
  $ terraform show -json plan.out | cdk8s-hipaa check -
  $ cdk8s-hipaa check manifests/ --format sarif --output hipaa.sarif`;

const GATOR_HELP = `
The folder must be empty, or not there yet. Run what it is given with Gatekeeper's own command line:
  $ cdk8s-hipaa gator-suite policy-tests
  $ gator verify policy-tests/...`;

/**
 * Runs the command line.
 *
 * @param argv without the names of Node and of the program.
 * @returns the exit status.
 */
export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  let code: number = ExitCode.CLEAN;
  const program = programOf(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what was wrong with the usage, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.CLEAN : ExitCode.COULD_NOT_CHECK;
    if (!(error instanceof HipaaError)) throw error;
    io.stderr.write(`cdk8s-hipaa: ${error.message.split('\n').map((line) => visible(line, LONGEST)).join('\n')}\n`);
    return ExitCode.COULD_NOT_CHECK;
  }
}

function programOf(io: CliIo, done: (code: number) => void): Command {
  const program = new Command('cdk8s-hipaa');
  program
    .description('Judges manifests of Kubernetes and JSON of Terraform by the policies that guard a HIPAA-grade cluster, before they get there.')
    .version(libraryVersion(), '-V, --version', 'write the version')
    .helpOption('-h, --help', 'write this help')
    .helpCommand('help [command]', 'write the help of a command')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      // Help has no colours; without this, Commander would look at the process for them.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  const check = program.command('check')
    .summary('judge files, folders and the standard input')
    .description('Judges files, folders and the standard input (-): YAML and JSON of Kubernetes from any tool, Terraform JSON, and plans of terraform show -json.')
    .argument('<path...>', 'files; folders, of which *.yaml, *.yml and *.json are read at any depth; - is the standard input')
    .addHelpText('after', CHECK_HELP);
  check.showHelpAfterError(`Usage: cdk8s-hipaa check ${check.usage()}   (--help says more)`);
  check
    .option('--phi-namespaces <names>', "namespaces that hold PHI, separated by commas; '*' is every namespace", names('phiNamespaces'))
    .option('--approved-registries <registries>', 'registries that images come from: hosts with an optional path', names('approvedRegistries'))
    .option('--namespace <name>', 'namespace that objects without one will be applied to; unknown, they are judged as if it held PHI')
    .option('--storage-classes <names>', 'StorageClasses that encrypt with a key of your own', names('storageClasses'))
    .option('--rules <ids>', 'rules that are asked, all others not (all are, without this)', names('rules'))
    .option('--config <file>', 'settings; flags win over it (cdk8s-hipaa.yaml of the working directory, if it is there)')
    .option('--exceptions <file>', 'exceptions (hipaa-exceptions.yaml beside the settings, if it is there)')
    .option('--as-of <date>', 'the day by which exceptions end, YYYY-MM-DD (today in UTC)')
    .addOption(new Option('--format <format>', 'how to report').choices(['human', 'json', 'sarif', 'junit']).default('human'))
    .option('--output <file>', 'write the report there, and one line to the standard error (- is the standard output)')
    .option('--color', 'colour the report, whatever it is written to')
    .option('--no-color', 'no colours (by default as NO_COLOR, FORCE_COLOR, CI and the terminal say)')
    .action(async (paths: string[], options: CheckOptions) => done(await load<typeof Check>('./check').check(paths, options, io)));
  program.command('rules')
    .summary('list the rules')
    .description('Lists the rules that check asks: what each is for, and the control and paragraph that it serves.')
    .addOption(new Option('--format <format>', 'how to list').choices(['human', 'json']).default('human'))
    .action(({ format }: { format: string }) => load<typeof Rules>('./rules').rules(format, io));
  program.command('gator-suite')
    .summary("write the policies' test suites for gator verify")
    .description("Writes the policies' cases as suites of Gatekeeper's gator verify, a folder a rule.")
    .argument('<dir>', 'folder to write to')
    .argument('[rule...]', 'rules whose suites are written; all, if none is named')
    .addHelpText('after', GATOR_HELP)
    .action((folder: string, rules: string[]) => load<typeof GatorSuites>('./gator-suites').gatorSuites(folder, rules, io));
  return program;
}

/** Loads a command when it is asked for: the engines take longer than all that --help needs. */
function load<T>(command: './check' | './rules' | './gator-suites'): T {
  switch (command) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at the start.
    case './check': return require('./check') as T;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    case './rules': return require('./rules') as T;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    case './gator-suites': return require('./gator-suites') as T;
  }
}
