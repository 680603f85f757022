import { ingress, pod, portalApp } from './portal';

const { app, chart } = portalApp();
ingress(chart, 'Portal', 'portal.example.com');
// Of the same name as the Ingress: cdk8s' own record knows one of them.
pod(chart, 'portal', { privileged: true });
app.synth();
