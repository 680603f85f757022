/** The main job: synthesizes the reference apps into dist/, all of them or none. */
import { HipaaApp } from '../lib';

async function main(): Promise<void> {
  const apps = await Promise.all(['eks', 'self-managed'].map(async (name) => (await import(`../apps/${name}/main`) as { app: HipaaApp }).app));
  for (const summary of HipaaApp.synthAll(apps)) console.log(`${summary}\n`);
  console.log(`done in ${process.uptime().toFixed(1)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
