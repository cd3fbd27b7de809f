// The synthesized stacks against cdk-nag's AwsSolutions. What is accepted stands
// in the template, at the resource, with its reason, as cdk-nag itself writes it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { included, synthesized } from './app.mjs'

// These may be accepted, and no other: keys are checked by the functions, and
// rights that name no resource have a reason in core/routes.
const acceptable = /^AwsSolutions-(APIG2|APIG4|COG4|SMG4|IAM5\[.+\])$/

// accepted are the findings that a template accepts.
function accepted(template) {
  const all = []
  for (const [resource, { Metadata }] of Object.entries(template.Resources)) {
    for (const { id, reason } of Metadata?.cdk_nag?.rules_to_suppress ?? []) all.push({ rule: id, resource, reason })
  }
  return all
}

// unexplained lists the findings that a template does not accept, and what it
// accepts although it is not found.
function unexplained(template, findings) {
  const known = accepted(template)
  const same = (a) => (b) => a.rule === b.rule && a.resource === b.resource
  const line = (word) => ({ rule, resource }) => `${word}: ${rule} of ${resource}`
  return [
    ...findings.filter((f) => !known.some(same(f))).map(line('found')),
    ...known.filter((k) => !findings.some(same(k))).map(line('accepted in vain')),
  ].sort()
}

// A firewall costs six dollars a month before its first request, so it is an
// option; without it there is a warning.
const stacks = [
  { context: { stage: 'dev' }, warnings: ['found: AwsSolutions-APIG3 of Stage'] },
  { context: { stage: 'prod' }, warnings: ['found: AwsSolutions-APIG3 of Stage'] },
  { context: JSON.parse(readFileSync(new URL('../everything.json', import.meta.url))), warnings: [] },
]

for (const { context, warnings } of stacks) {
  test(`AwsSolutions finds nothing in ${context.name ?? context.stage}`, () => {
    const [[name, template]] = Object.entries(synthesized(context).templates)
    assert.deepEqual(unexplained(template, included(name, template).findings), warnings)
    for (const { rule, resource, reason } of accepted(template)) {
      assert.match(rule, acceptable, `${resource} accepts what no resource may`)
      assert.ok(reason.length > 20, `${resource} accepts ${rule} without a reason`)
    }
  })
}

// A check that finds nothing in anything would pass above.
for (const [what, change, want] of [
  ['a queue that drops what fails', (r) => delete r.BatchQueue.Properties.RedrivePolicy, 'found: AwsSolutions-SQS3 of BatchQueue'],
  ['a role that may do all', (r) => { r.ChatRole.Properties.Policies[0].PolicyDocument.Statement[0].Action = '*' }, 'found: AwsSolutions-IAM5[Action::*] of ChatRole'],
  ['a reason for what is not so', (r) => { r.Table.Metadata = { cdk_nag: { rules_to_suppress: [{ id: 'AwsSolutions-SMG4', reason: 'none' }] } } }, 'accepted in vain: AwsSolutions-SMG4 of Table'],
]) {
  test(`AwsSolutions finds ${what}`, () => {
    const [[name, template]] = Object.entries(synthesized({ stage: 'dev' }).templates)
    change(template.Resources)
    assert.ok(unexplained(template, included(name, template).findings).includes(want))
  })
}
