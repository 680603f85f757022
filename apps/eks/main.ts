import { HipaaApp } from '../../lib';
import { addIdentities } from './identities';
import { addWorkloads } from './k8s';
import { profile } from './profile';

export const app = new HipaaApp(profile, { output: 'dist/eks' });
addWorkloads(app.charts);
addIdentities(app.stack);

if (require.main === module) console.log(String(app.synth()));
