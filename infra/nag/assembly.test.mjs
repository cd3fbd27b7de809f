// The cloud assembly of the Go program against the one that the CDK's own
// library writes of the same templates: what the command line acts on is equal.
import assert from 'node:assert/strict'
import test from 'node:test'

import { included, synthesized } from './app.mjs'

// hashes are of the templates' bytes, which differ in the order of members.
const withoutHash = (value) => JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{64}/g, 'HASH'))

test('the manifest is the one that the CDK writes', () => {
  const ours = synthesized({})
  for (const [name, template] of Object.entries(ours.templates)) {
    const theirs = included(name, template)
    const stack = structuredClone(ours.manifest.artifacts[name])
    // The library leaves a name out that is the artifact's own, and writes where a
    // stack comes from into a file beside it.
    assert.equal(stack.properties.stackName, name)
    delete stack.properties.stackName
    stack.properties.terminationProtection = false // an argument of the stack, in the CDK
    const { additionalMetadataFile, ...wanted } = theirs.manifest.artifacts[name]
    assert.deepEqual(withoutHash(stack), withoutHash(wanted))
    assert.deepEqual(ours.manifest.artifacts[`${name}.assets`], theirs.manifest.artifacts[`${name}.assets`])
  }
})

test('the template is the one that the CDK makes of it', () => {
  for (const [name, template] of Object.entries(synthesized({}).templates)) {
    const { BootstrapVersion, ...parameters } = template.Parameters
    const made = included(name, template).templates[name]
    assert.deepEqual(made.Resources, template.Resources)
    assert.deepEqual(made.Outputs, template.Outputs)
    assert.deepEqual(made.Rules.CheckBootstrapVersion.Assertions[0].Assert, template.Rules.CheckBootstrapVersion.Assertions[0].Assert)
    const { Description, ...theirs } = made.Parameters.BootstrapVersion
    const { Description: _, ...ours } = BootstrapVersion
    assert.deepEqual(ours, theirs)
    assert.deepEqual({ ...made.Parameters, BootstrapVersion: undefined }, { ...parameters, BootstrapVersion: undefined })
  }
})
