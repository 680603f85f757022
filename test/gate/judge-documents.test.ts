import { judgeDocuments, type OtherDocument } from '../../lib/gate/judge-documents';

const BLOCK = { bucket: '${aws_s3_bucket.b.id}', block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true };
const BUCKET = { resource: { aws_s3_bucket: { b: { bucket: 'phi' } } } };
const COMPANION = { resource: { aws_s3_bucket_public_access_block: { b: BLOCK } } };
const document = (content: unknown, file?: string): OtherDocument => ({ content, origin: file === undefined ? { line: 1 } : { file, line: 1 } });
const settings = { rules: ['terraform-bucket-public'] };

function judge(...documents: readonly OtherDocument[]): string[] {
  const { violations, unchecked } = judgeDocuments(documents, settings);
  return [...violations.map(({ object, origin }) => `${origin.file} ${object.kind}.${object.name}`), ...unchecked.map(({ what, origin }) => `? ${origin.file} ${what}`)];
}

test.each([
  ['of one folder', ['stack/a.tf.json', 'stack/b.tf.json'], []],
  ['of one folder, as Windows writes it', ['stack\\a.tf.json', 'stack\\b.tf.json'], []],
  ['of this folder', ['a.tf.json', 'b.tf.json'], []],
  ['of two folders', ['stack/a.tf.json', 'other/a.tf.json'], ['stack/a.tf.json aws_s3_bucket.b']],
  ['that Terraform does not read', ['stack/a.json', 'stack/b.json'], ['stack/a.json aws_s3_bucket.b']],
  ['of nobody knows where', [undefined, undefined], ['undefined aws_s3_bucket.b']],
])('configurations %s', (_, [first, second], expected) => {
  expect(judge(document(BUCKET, first), document(COMPANION, second))).toEqual(expected);
});

test('lists, locals and modules of a folder come together, and each finding says its file', () => {
  const [bucket, block] = [{ bucket: '${local.name}' }, { ...BLOCK, block_public_acls: '${local.off}' }];
  expect(judge(
    document({ resource: [{ aws_s3_bucket: [{ b: [bucket] }] }], locals: { name: 'phi' } }, 'stack/a.tf.json'),
    document({ resource: { aws_s3_bucket_public_access_block: { b: block } }, locals: [{ off: false }], module: { m: { source: './m' } } }, 'stack/b.tf.json'),
    document({ resource: { aws_s3_bucket_public_access_block: { b2: { ...BLOCK, ignore_public_acls: '${var.x}' } } } }, 'stack/c.tf.json'),
  )).toEqual(['stack/b.tf.json aws_s3_bucket_public_access_block.b', '? stack/b.tf.json module.m', '? stack/c.tf.json terraform-bucket-public of aws_s3_bucket_public_access_block.b2']);
});

test('files that declare the same are no one module', () => {
  expect(judge(document(BUCKET, 'out/a.tf.json'), document({ resource: { ...BUCKET.resource, ...COMPANION.resource } }, 'out/b.tf.json'))).toEqual(['out/a.tf.json aws_s3_bucket.b']);
});

test('an override file is never taken for judged', () => {
  const override = document({ resource: { aws_s3_bucket_public_access_block: { b: { block_public_acls: false } } } }, 'stack/override.tf.json');
  expect(judge(document({ resource: { ...BUCKET.resource, ...COMPANION.resource } }, 'stack/a.tf.json'), override)).toEqual(['? stack/override.tf.json an override file']);
});

test('what is of nobody is told, and resources are counted', () => {
  const { unchecked, resources } = judgeDocuments([document({ x: 1 }, 'x.json'), document(BUCKET, 'a.tf.json'), document(COMPANION, 'b.tf.json')], settings);
  expect(unchecked).toMatchObject([{ what: 'a document', origin: { file: 'x.json' } }]);
  expect(resources).toBe(2);
});
