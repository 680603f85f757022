import { ingress, pod, portalApp } from './portal';

const { app, chart } = portalApp();
ingress(chart, 'Portal', 'portal.example.com', [{ hosts: ['portal.example.com'], secretName: 'portal-tls' }]);
pod(chart, 'Api', { privileged: false });
// Excepted by exceptions.yaml.
ingress(chart, 'Legacy', 'legacy.example.com');
app.synth();
