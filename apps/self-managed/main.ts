import { HipaaApp } from '../../lib';
import { addWorkloads } from './k8s';
import { profile } from './profile';

export const app = new HipaaApp(profile, { output: 'dist/self-managed' });
addWorkloads(app.charts);

if (require.main === module) console.log(String(app.synth()));
