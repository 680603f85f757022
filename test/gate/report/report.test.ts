import { humanReport } from '../../../lib/gate/report/human';
import { jsonReport } from '../../../lib/gate/report/json';
import { junitReport } from '../../../lib/gate/report/junit';
import { ReportFormat, type ReportOptions, reportOf } from '../../../lib/gate/report/report';
import { sarifReport } from '../../../lib/gate/report/sarif';
import { CLEAN, INGRESS_TLS, RICH } from './results';

const OPTIONS: Required<ReportOptions> = { toolVersion: '1.2.3', colour: true, width: 60, rules: [INGRESS_TLS] };

describe('reportOf', () => {
  test.each([
    [ReportFormat.HUMAN, humanReport(RICH, { colour: true, width: 60 })],
    [ReportFormat.JSON, jsonReport(RICH)],
    [ReportFormat.SARIF, sarifReport(RICH, { toolVersion: '1.2.3', rules: [INGRESS_TLS] })],
    [ReportFormat.JUNIT, junitReport(RICH, { rules: [INGRESS_TLS] })],
  ])('passes on what the format takes: %s', (format, text) => {
    expect(reportOf(format, RICH, OPTIONS)).toBe(text);
  });

  test('has no colours unless asked', () => {
    expect(reportOf(ReportFormat.HUMAN, CLEAN, { toolVersion: '1.2.3' })).toBe(humanReport(CLEAN, { colour: false }));
  });

  test('has every format', () => {
    expect(Object.values(ReportFormat)).toEqual(['human', 'json', 'sarif', 'junit']);
    for (const format of Object.values(ReportFormat)) expect(reportOf(format, CLEAN, { toolVersion: '1.2.3' })).toMatch(/\n$/);
  });
});
